from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0002_freeze_published_questionnaires"),
    ]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="settings",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
