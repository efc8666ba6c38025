"""Adds links that share a scene, and the roles of pages."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sessions_app.clock


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0016_persons_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="pairing",
            name="role",
            field=models.CharField(
                choices=[("owner", "Owner"), ("editor", "Editor"), ("viewer", "Viewer")],
                default="editor",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="scenesessionevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("made", "Made"),
                    ("joined", "Joined"),
                    ("left", "Left"),
                    ("slept", "Slept"),
                    ("woke", "Woke"),
                    ("closed", "Closed"),
                    ("key_replaced", "key replaced"),
                    ("disconnected", "browsers disconnected"),
                    ("notice", "Notice"),
                    ("shared", "Shared"),
                    ("share_edited", "share changed"),
                    ("share_ended", "share revoked"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("editor", "Editor"), ("viewer", "Viewer")], max_length=10
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField(default=sessions_app.clock.now)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scene_session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="sessions_app.scenesession",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["editor", "viewer"])), name="share_role"
                    )
                ],
            },
        ),
    ]
