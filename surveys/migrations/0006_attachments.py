"""What stands beside the sheets of a questionnaire, frozen with it: lookup tables, images, the study's words."""

import django.db.models.deletion
from django.db import migrations, models

TRIGGER = """
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_attachment
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_row();
"""
UNDO = "DROP TRIGGER frozen ON surveys_attachment;"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_edits")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("content", models.BinaryField(editable=False)),
                ("sha256", models.CharField(db_index=True, editable=False, max_length=64)),
                (
                    "questionnaire",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="surveys.questionnaire"),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["questionnaire", "name"],
                "constraints": [models.UniqueConstraint(fields=("questionnaire", "name"), name="attachment_name_once")],
            },
        ),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
