"""Lines of the survey sheet that hold others (blocks, sections, loops) are kept as lines, outside of any page if need be."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_study_settings")]

    operations = [
        migrations.RemoveConstraint(model_name="question", name="question_name_once"),
        migrations.AlterField("question", "name", models.CharField(blank=True, max_length=64, verbose_name="name")),
        migrations.AlterField(
            "question",
            "page",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="surveys.page"),
        ),
        migrations.AddConstraint(
            "question",
            models.UniqueConstraint(fields=["questionnaire", "name"], condition=~Q(name=""), name="question_name_once"),
        ),
    ]
