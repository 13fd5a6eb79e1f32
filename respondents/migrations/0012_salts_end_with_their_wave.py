"""The salt of a wave’s devices goes by the wave’s own close."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0011_keep_who_took_part"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="devicesalt",
            name="closed_at",
        ),
    ]
