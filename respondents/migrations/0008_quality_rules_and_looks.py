"""A study’s own rules of quality, what they have looked at, and the salt of the devices’ marks."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0007_quota_cell_lines"),
        ("surveys", "0007_run_the_field"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceSalt",
            fields=[
                (
                    "wave",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="surveys.wave",
                        verbose_name="wave",
                    ),
                ),
                ("salt", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="seen closed at")),
            ],
            options={
                "verbose_name": "salt of devices",
                "verbose_name_plural": "salts of devices",
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "interview",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="look",
                        serialize=False,
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("among", models.PositiveIntegerField(verbose_name="among")),
                ("rules", models.CharField(editable=False, max_length=64)),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("expected", models.FloatField(verbose_name="seconds expected")),
                (
                    "marks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(max_length=16), default=list, editable=False, size=None
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "look at an interview",
                "verbose_name_plural": "looks at interviews",
                "ordering": ["wave", "at"],
                "permissions": [("see_answers", "Can see the answers of one interview")],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["marks"], name="look_by_mark")],
            },
        ),
        migrations.CreateModel(
            name="QualityRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(editable=False, verbose_name="row")),
                ("cells", models.JSONField(default=dict, editable=False, verbose_name="cells")),
                ("rule", models.CharField(max_length=80, verbose_name="rule")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quality_rules",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of quality",
                "verbose_name_plural": "rules of quality",
                "ordering": ["survey", "row"],
                "constraints": [models.UniqueConstraint(fields=("survey", "row"), name="quality_rule_row_once")],
            },
        ),
    ]
