"""Adds the name of a scene, as its document has it, for lists and searches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0017_shares"),
    ]

    operations = [
        migrations.AddField(
            model_name="scenesession",
            name="name",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
    ]
