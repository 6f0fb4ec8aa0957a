from django.db import migrations, models
from django.utils import timezone


def hang_what_is_public(apps, schema_editor):
    """What an API made public without a post gets one, so that those in it can take it down."""
    Kindness = apps.get_model("neoncard", "Kindness")
    Post = apps.get_model("neoncard", "Post")
    rows = Kindness.objects.filter(state="kept", sees="team", post=None)
    found = rows.values_list("pk", "giver__member", "received_at").iterator(1000)
    posts = (Post(kindness_id=pk, by_id=by, posted_at=at) for pk, by, at in found)
    Post.objects.bulk_create(list(posts), batch_size=1000)


def asked_when_reported(apps, schema_editor):
    Review = apps.get_model("neoncard", "Review")
    Report = apps.get_model("neoncard", "Report")
    at = Report.objects.filter(pk=models.OuterRef("report")).values("at")[:1]
    Review.objects.update(asked_at=models.Subquery(at))


class Migration(migrations.Migration):
    dependencies = [("neoncard", "0008_parties")]

    operations = [
        migrations.AddField("member", "feed", models.CharField(blank=True, default="", max_length=24), preserve_default=False),
        migrations.AddField("thankspage", "indexed", models.BooleanField(default=False)),
        migrations.AddField("smilecard", "held", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("smilecard", "held_name", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AddIndex(
            "smilecard",
            models.Index(fields=["told_at"], name="card_held", condition=~models.Q(held="")),
        ),
        migrations.AddField("review", "read", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.AddField(
            "review",
            "asked_at",
            models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.RunPython(asked_when_reported, migrations.RunPython.noop),
        migrations.RunPython(hang_what_is_public, migrations.RunPython.noop),
    ]
