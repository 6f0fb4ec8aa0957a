from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('neoncard', '0007_share'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['customer'], name='party_customer'),
        ),
        # What somebody received is found by this index alone; the one of `party_id` leads to a row somewhere for each.
        # Django makes the table between two others itself, and has no place for it in a model.
        migrations.RunSQL(
            'CREATE INDEX kindness_received_by ON neoncard_kindness_receivers (party_id, kindness_id)',
            'DROP INDEX kindness_received_by',
        ),
    ]
