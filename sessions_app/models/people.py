"""Signed-in people: token identities, preferences and join codes."""

from django.conf import settings
from django.db import models

from sessions_app import clock
from sessions_app.models.scenes import SceneSession


class Identity(models.Model):
    """Maps a subject of a token issuer to a user.

    The pair is the identity, never the subject alone. Its user is created for it, without a
    password and not as staff; only staff may link it to another user.
    """

    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "identities"
        constraints = (models.UniqueConstraint(fields=("issuer", "subject"), name="identity_once"),)

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Preferences(models.Model):
    """A user's preferences; empty means the server's default."""

    class Theme(models.TextChoices):
        LIGHT = "light"
        DARK = "dark"

    class Strategy(models.TextChoices):
        NEWEST = "newest"
        OLDEST = "oldest"
        MOST_ACTIVE = "most_active", "most active"
        ASK = "ask"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    theme = models.CharField(max_length=5, choices=Theme, blank=True)
    routing_strategy = models.CharField(max_length=12, choices=Strategy, blank=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"


class JoinCode(models.Model):
    """A one-time secret in a link that signs its user in to a scene's page; stored as a digest."""

    scene_session = models.ForeignKey(
        SceneSession, on_delete=models.CASCADE, related_name="join_codes"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_codes"
    )
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"join code {self.pk} to scene {self.scene_session_id}"
