from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_weightings_releases_judgements")]

    operations = [
        migrations.AlterModelOptions(
            name="release",
            options={
                "ordering": ["wave", "-number"],
                "permissions": [("download_dossier", "Can download the dossier of a survey, with everybody's answers")],
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
            },
        ),
    ]
