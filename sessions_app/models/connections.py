"""Who is connected: browsers, clients, workers, and what they opened."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from sessions_app import clock
from sessions_app.models.scenes import SceneSession

# A client is gone once nothing was heard of it for so long, and it has no stream open.
SILENT_AFTER = timedelta(minutes=10)


class Binding(models.Model):
    """Says which scene session a protocol session steers, or that the protocol session has ended.

    `protocol_session` is the hexadecimal random part of the protocol session's token, which by
    itself opens nothing.
    """

    protocol_session = models.CharField(max_length=32, unique=True)
    scene_session = models.ForeignKey(
        SceneSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="bindings"
    )
    client_info = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Whether the protocol session made another call after the one that bound it.
    called_again = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        indexes = (  # of the few rows that the clean-up looks for
            models.Index(
                fields=("ended_at",), condition=Q(ended_at__isnull=False), name="binding_ended"
            ),
            models.Index(
                fields=("id",),
                condition=Q(scene_session__isnull=True, ended_at__isnull=True),
                name="binding_to_nothing",
            ),
        )

    def __str__(self) -> str:
        return f"binding {self.pk} to scene {self.scene_session_id}"


class ClientPresence(models.Model):
    """An MCP client at a scene: one protocol session, or all that comes without one.

    `client` is a digest of what the client calls itself, its address and its user: connections
    that share it may be one client that opens a connection for each call. `connection` is the
    protocol session's key, as in `Binding`, or else the same as `client`.
    """

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="client_presences",
        db_index=False,  # the constraint below begins with it
    )
    connection = models.CharField(max_length=32)
    client = models.CharField(max_length=32)
    name = models.CharField(max_length=60, blank=True)
    came_at = models.DateTimeField(default=clock.now)
    # At least this late; a client that goes on is written down once a minute.
    heard_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Tool calls as far as they matter: none, one, several.
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("scene_session", "connection"), name="client_presence_once"
            ),
        )
        indexes = (
            models.Index(fields=("connection",), name="client_presence_connection"),
            models.Index(fields=("heard_at",), name="client_presence_heard"),
        )

    def __str__(self) -> str:
        return f"client {self.pk} at scene {self.scene_session_id}"


class Invitation(models.Model):
    """A link that opens a scene's page once, handed to a client that can open it for its person.

    The link holds a random nonce; only its digest is kept.
    """

    scene_session = models.ForeignKey(
        SceneSession, on_delete=models.CASCADE, related_name="invitations"
    )
    nonce_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"invitation {self.pk} to scene {self.scene_session_id}"


class Pairing(models.Model):
    """One browser joined to one scene session; kept after it leaves.

    The browser is connected while `lease_until` lies in the future.
    """

    class Role(models.TextChoices):
        EDITOR = "editor"

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="pairings",
        db_index=False,  # the constraint below begins with it
    )
    browser_id = models.CharField(max_length=64)
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.EDITOR)
    channel_name = models.CharField(max_length=120)
    instance = models.CharField(max_length=64)
    # Who signed in there, where people do.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    remote_address = models.GenericIPAddressField(null=True, blank=True)
    # The address as the limit of connections counts it; empty where it has none.
    counted_as = models.CharField(max_length=45, blank=True, editable=False)
    # The widest network that it counts for, by which the rows of all within are found.
    network = models.CharField(max_length=45, blank=True, editable=False)
    user_agent = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    # How often it came back after it had been gone.
    reconnections = models.PositiveIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)
    close_code = models.PositiveSmallIntegerField(null=True, blank=True)
    lease_until = models.DateTimeField()
    acknowledged_revision = models.PositiveIntegerField(null=True, blank=True)
    visible = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "browser_id"), name="browser_once"),
        )
        indexes = (
            models.Index(fields=("scene_session", "lease_until"), name="pairing_live"),
            models.Index(fields=("lease_until",), name="pairing_lease"),
            models.Index(
                fields=("lease_until",), condition=Q(left_at__isnull=True), name="pairing_not_left"
            ),
            models.Index(fields=("joined_at",), name="pairing_joined"),
            models.Index(fields=("network", "lease_until"), name="pairing_from_network"),
        )

    def __str__(self) -> str:
        return f"browser {self.pk} of scene {self.scene_session_id}"


class Worker(models.Model):
    """One server process; its running calls are lost once its lease is over."""

    id = models.UUIDField(primary_key=True, editable=False)
    instance = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField()

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"worker {self.instance}"


class EventStream(models.Model):
    """An open stream of notifications. Its slot is its holder's in all processes.

    `holder` is who may have only so many: a protocol session, or an address and a scene.
    """

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="event_streams")
    holder = models.CharField(max_length=100)
    slot = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("holder", "slot"), name="event_stream_slot"),
        )

    def __str__(self) -> str:
        return f"event stream {self.pk}"


class Subscription(models.Model):
    """What a client of the handshake era wants to hear of, on whichever worker its stream is.

    `revision` is the scene's as it was asked for: the client has not heard of what came after.
    """

    protocol_session = models.CharField(max_length=32)
    scene_session = models.ForeignKey(
        SceneSession, on_delete=models.CASCADE, related_name="subscriptions"
    )
    uri = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("protocol_session", "uri"), name="subscription_once"),
        )

    def __str__(self) -> str:
        return f"subscription {self.pk} to scene {self.scene_session_id}"
