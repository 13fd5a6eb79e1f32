"""What a contact keeps of purged links: the waves they took part in, and when they were last written to."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0010_find_the_untold"),
    ]

    operations = [
        migrations.AddField(
            model_name="panelist",
            name="asked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="panelist",
            name="took_part",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
    ]
