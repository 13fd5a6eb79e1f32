from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_a_permission_for_the_dossier")]

    operations = [
        migrations.AddField(
            model_name="figure",
            name="standing",
            field=models.CharField(
                choices=[("shown", "Shown"), ("hidden", "Hidden"), ("retired", "Retired")],
                default="shown",
                max_length=10,
                verbose_name="shown",
            ),
        ),
    ]
