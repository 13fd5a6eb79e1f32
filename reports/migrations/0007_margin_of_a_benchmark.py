from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_codings_are_added_only")]

    operations = [
        migrations.AddField(
            model_name="benchmark",
            name="margin",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True, verbose_name="margin of error"),
        ),
    ]
