from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0008_hours_and_sign_off")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="electoral_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="why it is electoral or not"),
        ),
    ]
