"""Send-outs with their draw, texts of letters, files of contacts that wait, and when the next letter may leave."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0004_field_sources_quality"),
        ("surveys", "0007_run_the_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("free_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "letter clock",
                "verbose_name_plural": "letter clock",
            },
        ),
        migrations.CreateModel(
            name="ContactFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("wave", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.wave")),
            ],
            options={
                "verbose_name": "file of contacts",
                "verbose_name_plural": "files of contacts",
            },
        ),
        migrations.CreateModel(
            name="SendOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invitation", "Invitations"), ("reminder", "Reminders")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("prepared_at", models.DateTimeField(verbose_name="prepared at")),
                ("seed", models.BigIntegerField(verbose_name="seed")),
                ("options", models.JSONField(default=dict, verbose_name="options")),
                ("cells", models.JSONField(default=list, verbose_name="cells")),
                (
                    "drawn",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                ("queued", models.PositiveIntegerField(default=0, verbose_name="letters written")),
                ("left", models.PositiveIntegerField(default=0, verbose_name="left out at the last moment")),
                ("sent", models.PositiveIntegerField(blank=True, null=True, verbose_name="sent")),
                ("returned", models.PositiveIntegerField(blank=True, null=True, verbose_name="completed interviews")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="send_outs", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "send-out",
                "verbose_name_plural": "send-outs",
                "ordering": ["-prepared_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="send_out",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="invitations",
                to="respondents.sendout",
                verbose_name="send-out",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="send_out",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="letters",
                to="respondents.sendout",
                verbose_name="send-out",
            ),
        ),
        migrations.CreateModel(
            name="LetterText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invitation", "Invitations"), ("reminder", "Reminders")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letter_texts", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "text of a letter",
                "verbose_name_plural": "texts of letters",
                "constraints": [models.UniqueConstraint(fields=("wave", "kind", "language"), name="letter_text_once")],
            },
        ),
    ]
