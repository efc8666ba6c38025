"""Adds how far each client knows a scene."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0014_scene_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="scenesession",
            name="client_marks",
            field=models.TextField(db_default="", default="", editable=False),
        ),
    ]
