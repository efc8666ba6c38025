"""Pairing codes: six characters that a person types or says, and the wrong ones that were tried."""

from django.conf import settings
from django.db import models

from sessions_app import clock
from sessions_app.models.scenes import SceneSession


class PairingCode(models.Model):
    """A one-time code; stored as a keyed digest.

    Without a ticket it opens its scene's page. With one, it stands for a page that waits without a
    scene; a client that has used it sets `scene_session` and `client_name`, and the page joins once
    its person agrees. `user` made it, if sign-in is on.
    """

    code_digest = models.CharField(max_length=64, unique=True)
    scene_session = models.ForeignKey(
        SceneSession, null=True, on_delete=models.CASCADE, related_name="pairing_codes"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    # Of a waiting page: what only that page has, to come back with.
    ticket_digest = models.CharField(max_length=64, blank=True, db_index=True)
    channel_name = models.CharField(max_length=120, blank=True)
    # The names of its address and of the widest network around it (`origins.networks_of`).
    counted_as = models.CharField(max_length=45, blank=True)
    network = models.CharField(max_length=45, blank=True)
    client_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"pairing code {self.pk}"


class PairingCodeFailure(models.Model):
    """A wrong code that was tried; never the code itself."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    counted_as = models.CharField(max_length=45, blank=True)
    network = models.CharField(max_length=45, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("network", "at"), name="code_failure_network"),)

    def __str__(self) -> str:
        return f"wrong pairing code {self.pk}"
