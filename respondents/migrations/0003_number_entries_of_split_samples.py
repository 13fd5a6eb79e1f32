"""Numbers the entries of a wave whose sample is split at random, so that its groups stay equal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("respondents", "0002_keep_the_log_append_only")]

    operations = [
        migrations.AddField("interview", "entry_number", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AddConstraint(
            "interview",
            models.UniqueConstraint(
                condition=models.Q(entry_number__isnull=False),
                fields=("wave", "is_test", "entry_number"),
                name="interview_entry_number_once",
            ),
        ),
    ]
