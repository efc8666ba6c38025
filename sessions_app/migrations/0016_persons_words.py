"""Adds what people say to AI clients at the pages of a scene."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0015_client_marks"),
    ]

    operations = [
        migrations.AddField(
            model_name="scenesession",
            name="persons_words",
            field=models.TextField(db_default="", default="", editable=False),
        ),
    ]
