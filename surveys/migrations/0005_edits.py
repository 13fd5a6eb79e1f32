import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_keep_blocks_sections_and_loops")]

    operations = [
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.TextField()),
                ("before", models.JSONField()),
                ("after", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                (
                    "questionnaire",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="edits", to="surveys.questionnaire"),
                ),
            ],
            options={"verbose_name": "edit", "verbose_name_plural": "edits", "ordering": ["pk"]},
        ),
    ]
