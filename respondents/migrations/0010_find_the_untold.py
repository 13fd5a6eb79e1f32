"""The ends that a panel was never told are found at once, however many interviews there are."""

from django.db import migrations, models

ENDED = ["completed", "over", "screened_out", "refused", "quota_full", "removed"]


class Migration(migrations.Migration):
    dependencies = [("respondents", "0009_a_clock_that_is_told")]

    operations = [
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                fields=["source"],
                name="interview_untold",
                condition=models.Q(returned_as="", external_id__isnull=False, state__in=ENDED),
            ),
        ),
    ]
