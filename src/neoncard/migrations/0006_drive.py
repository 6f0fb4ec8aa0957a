
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('neoncard', '0005_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='Chat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('slack', 'Slack'), ('mattermost', 'Mattermost'), ('teams', 'Microsoft Teams')], max_length=10, unique=True)),
                ('sealed', models.TextField(blank=True)),
                ('api', models.URLField(blank=True)),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='edited_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='team',
            name='hashtag',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name='Hours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.JSONField(default=dict)),
                ('leave', models.JSONField(default=list)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'hours',
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.PositiveSmallIntegerField()),
                ('sent_on', models.DateField(blank=True, null=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letter', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Nudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('mail', 'by mail'), ('chat', 'in chat')], max_length=4)),
                ('moment', models.CharField(choices=[('start', 'when my shift begins'), ('middle', 'in the middle of it')], default='start', max_length=6)),
                ('told_for', models.DateTimeField(blank=True, null=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='nudge', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('body', models.BinaryField()),
                ('alt', models.CharField(max_length=200)),
                ('credit', models.CharField(max_length=120)),
                ('licence', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kindness', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='picture', to='neoncard.kindness')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='neoncard.comment')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='neoncard.post')),
            ],
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('days', models.PositiveSmallIntegerField(choices=[(21, '21 worked days'), (28, '28 worked days')], default=21)),
                ('invitation', models.TextField(blank=True)),
                ('guide', models.TextField(blank=True)),
                ('themes', models.JSONField(default=list)),
                ('starts_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='hosts', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='neoncard.team')),
            ],
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200)),
                ('told', models.BooleanField(default=False)),
                ('named', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to=settings.AUTH_USER_MODEL)),
                ('suggestion', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='line', to='neoncard.suggestion')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lines', to='neoncard.round')),
            ],
        ),
        migrations.CreateModel(
            name='Shown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('at', models.DateTimeField()),
                ('kindness', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown', to='neoncard.kindness')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown_to', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shows', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SmileCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=24, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='smile_cards', to=settings.AUTH_USER_MODEL)),
                ('kindness', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='smile_card', to='neoncard.kindness')),
                ('told', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='told_by_card', to='neoncard.kindness')),
            ],
        ),
        migrations.CreateModel(
            name='Taking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_on', models.DateField()),
                ('over', models.BooleanField(default=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takings', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takings', to='neoncard.round')),
            ],
        ),
        migrations.CreateModel(
            name='WrittenIdea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('toward', models.CharField(choices=[('customer', 'for a customer'), ('colleague', 'for a colleague'), ('self', 'for yourself')], max_length=9)),
                ('title', models.CharField(max_length=60)),
                ('detail', models.CharField(blank=True, max_length=140)),
                ('state', models.CharField(choices=[('own', 'my own'), ('proposed', 'proposed'), ('accepted', 'the team’s')], default='own', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ideas', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ideas', to='neoncard.team')),
            ],
        ),
        migrations.CreateModel(
            name='ChatDeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('said', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_index=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deeds', to='neoncard.chat')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('chat', 'key'), name='deed_once')],
            },
        ),
        migrations.CreateModel(
            name='Landed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(choices=[('little', 'a small lift'), ('warm', 'it was warm'), ('day', 'it made the day')], max_length=6)),
                ('at', models.DateTimeField()),
                ('kindness', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='landed', to='neoncard.kindness')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='landed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kindness', 'member'), name='landed_once')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(choices=[('smile', 'this made me smile'), ('try', 'I will try that'), ('there', 'I saw it, it was so')], max_length=5)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='neoncard.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('post', 'member', 'word'), name='reaction_once')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(blank=True, choices=[('keep', 'it may stand'), ('hide', 'better not')], max_length=4)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='neoncard.report')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('report', 'member'), name='review_once')],
            },
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(fields=['team', '-starts_on'], name='neoncard_ro_team_id_df6dcb_idx'),
        ),
        migrations.AddConstraint(
            model_name='shown',
            constraint=models.UniqueConstraint(fields=('kindness', 'member'), name='shown_once'),
        ),
        migrations.AddIndex(
            model_name='smilecard',
            index=models.Index(fields=['by', '-made_at'], name='neoncard_sm_by_id_2c5880_idx'),
        ),
        migrations.AddConstraint(
            model_name='taking',
            constraint=models.UniqueConstraint(fields=('round', 'member'), name='taking_once'),
        ),
        migrations.AddConstraint(
            model_name='taking',
            constraint=models.UniqueConstraint(condition=models.Q(('over', False)), fields=('member',), name='one_round_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='writtenidea',
            index=models.Index(fields=['team', 'state'], name='neoncard_wr_team_id_8fe361_idx'),
        ),
    ]
