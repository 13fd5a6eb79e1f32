"""Where people stopped, which cells turned them away, how long they took, and the indexes that the fieldwork screen counts from."""

import django.contrib.postgres.fields
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0005_letters_and_sendouts"),
        ("surveys", "0007_run_the_field"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="interview",
            name="interview_completed",
        ),
        migrations.AddField(
            model_name="interview",
            name="page",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="interview",
            name="refused_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=models.Value("{}"), default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="interview",
            name="seconds",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.datetime.Extract(
                    django.db.models.expressions.CombinedExpression(models.F("ended_at"), "-", models.F("started_at")), "epoch"
                ),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(models.Q(("state__in", ["screening", "reserved"]), _negated=True), ("imported", False)),
                fields=["wave", "is_test", "state", "source", "device", "page"],
                name="interview_outcomes",
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(("imported", False), ("is_test", False), ("state", "completed")),
                fields=["wave", "ended_at"],
                include=("cell_ids",),
                name="interview_completed",
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(("imported", False), ("is_test", False), ("state", "completed")),
                fields=["wave", "seconds"],
                name="interview_lengths",
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(("imported", False), ("is_test", False), ("state", "quota_full")),
                fields=["wave"],
                include=("refused_by",),
                name="interview_refused_by",
            ),
        ),
    ]
