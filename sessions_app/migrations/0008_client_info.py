from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("sessions_app", "0007_names_of_origins"),)

    operations = (
        migrations.AddField(
            model_name="scenesession",
            name="client_info",
            field=models.JSONField(blank=True, default=dict),
        ),
    )
