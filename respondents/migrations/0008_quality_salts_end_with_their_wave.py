"""The salt of a wave’s devices goes by the wave’s own close."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0007_simfield_a_clock_that_is_told"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="devicesalt",
            name="closed_at",
        ),
    ]
