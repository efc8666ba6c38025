"""People who sign in: who a token means, what they prefer, and how they get to a page."""

from django.conf import settings
from django.db import models

from sessions_app import clock
from sessions_app.models.scenes import SceneSession


class Identity(models.Model):
    """A subject at an issuer of tokens, and the user that it is here.

    The pair counts, never the subject alone. Its user is made for it, has no password and is not
    staff; only staff may link it to another one.
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
    """What a user prefers; empty means the server's own."""

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
    """A secret in a link that signs its user in to a scene's page, once; its digest is kept."""

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
