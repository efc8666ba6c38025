"""Files that were brought into scenes, and the scenes that have them."""

import secrets

from django.db import models

from sessions_app import clock
from sessions_app.models.scenes import SceneSession

ID_BYTES = 16


def new_asset_id() -> str:
    """Return a random id, which nobody can guess."""
    return secrets.token_urlsafe(ID_BYTES)


class AssetFile(models.Model):
    """A file as it was made plain, once however many scenes have it.

    The row comes before the file and goes after it, so that nothing is ever stored without a row.
    `source` is the SHA-256 of what was sent, `facts` is what the check found in it.
    """

    class Kind(models.TextChoices):
        MODEL = "model"

    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=64, db_index=True)
    path = models.CharField(max_length=200)  # in the storage
    size = models.PositiveIntegerField(default=0)  # bytes
    facts = models.JSONField(default=dict)
    is_stored = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"asset file {self.pk}"


class Asset(models.Model):
    """A file of one scene, under a random id of its own, by which documents name it."""

    scene_session = models.ForeignKey(SceneSession, on_delete=models.CASCADE, related_name="assets")
    file = models.ForeignKey(AssetFile, on_delete=models.PROTECT, related_name="assets")
    public_id = models.CharField(max_length=32, unique=True, default=new_asset_id)
    name = models.CharField(max_length=64)
    # When it was last sent; until it is placed, it is kept for a while.
    wanted_at = models.DateTimeField(default=clock.now)
    # When its scene was last searched for what needs it.
    searched_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "file"), name="asset_once"),
        )

    def __str__(self) -> str:
        return f"asset {self.pk} of scene {self.scene_session_id}"
