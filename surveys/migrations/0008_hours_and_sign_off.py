"""Since when a wave is in its state, and the soft launch that somebody must sign off before the field opens."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_run_the_field"),
    ]

    operations = [
        migrations.AddField(
            model_name="wave",
            name="signed_off_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="signed off at"),
        ),
        migrations.AddField(
            model_name="wave",
            name="soft_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="soft launch since"),
        ),
        migrations.AddField(
            model_name="wave",
            name="state_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="in this state since"),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "live"), _negated=True),
                    ("soft_since__isnull", True),
                    ("signed_off_at__isnull", False),
                    _connector="OR",
                ),
                name="soft_launch_signed_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at__isnull", True), ("closes_at__isnull", True), ("closes_at__gt", models.F("opens_at")), _connector="OR"
                ),
                name="closes_after_opening",
            ),
        ),
    ]
