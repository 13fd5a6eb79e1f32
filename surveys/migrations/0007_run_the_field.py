"""What runs a field: soft launch, schedule, message while paused, expected length, alerts."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0006_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="wave",
            name="alert_emails",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.EmailField(max_length=254), blank=True, default=list, size=None, verbose_name="alerts go to"
            ),
        ),
        migrations.AddField(
            model_name="wave",
            name="closes_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="closes at"),
        ),
        migrations.AddField(
            model_name="wave",
            name="expected_minutes",
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="expected length in minutes"),
        ),
        migrations.AddField(
            model_name="wave",
            name="opens_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="opens at"),
        ),
        migrations.AddField(
            model_name="wave",
            name="pause_message",
            field=models.JSONField(blank=True, default=dict, verbose_name="message while paused"),
        ),
        migrations.AddField(
            model_name="wave",
            name="paused_because",
            field=models.CharField(
                blank=True,
                choices=[("", ""), ("person", "Paused by a person"), ("soft_limit", "The soft launch is complete")],
                default="",
                max_length=12,
                verbose_name="paused because",
            ),
        ),
        migrations.AddField(
            model_name="wave",
            name="silence_minutes",
            field=models.PositiveSmallIntegerField(default=30, verbose_name="minutes of silence before an alert"),
        ),
        migrations.AddField(
            model_name="wave",
            name="soft_limit",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="interviews of the soft launch"),
        ),
    ]
