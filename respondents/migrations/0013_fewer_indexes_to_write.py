"""Two indexes less to write with every saved page: one was covered by another, the other is for duplicates alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0012_salts_end_with_their_wave"),
        ("surveys", "0008_hours_and_sign_off"),
    ]

    operations = [
        migrations.AlterField(
            model_name="interview",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="duplicates",
                to="respondents.interview",
                verbose_name="duplicate of",
            ),
        ),
        migrations.AlterField(
            model_name="interview",
            name="wave",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interviews",
                to="surveys.wave",
                verbose_name="wave",
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(condition=models.Q(("duplicate_of__isnull", False)), fields=["duplicate_of"], name="interview_duplicates"),
        ),
    ]
