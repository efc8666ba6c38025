"""Connected browsers, clients and workers, with their streams and subscriptions."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from sessions_app import clock
from sessions_app.models.roles import Role
from sessions_app.models.scenes import SceneSession

# A client without an open stream is gone after this much silence.
SILENT_AFTER = timedelta(minutes=10)


class Binding(models.Model):
    """Binds a protocol session to its scene session, or records that it has ended.

    `protocol_session` is the random part of the protocol session's token, in hex; by itself it
    grants nothing.
    """

    protocol_session = models.CharField(max_length=32, unique=True)
    scene_session = models.ForeignKey(
        SceneSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="bindings"
    )
    client_info = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Whether another call followed the one that bound it.
    called_again = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        indexes = (  # for the few rows that the clean-up selects
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
    """An MCP client at a scene: one protocol session, or all calls without one.

    `client` is a digest of the client's name, address and user. Connections with the same digest
    may be one client that opens a connection per call. `connection` is the protocol session's key,
    as in `Binding`, or else equals `client`.
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
    # A lower bound: an active client is stored once a minute.
    heard_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Only none, one and several matter.
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
    """A one-time link to a scene's page, for a client that can open it for its user.

    The link holds a random nonce; only its digest is stored.
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
    """One browser joined to one scene session; the row stays after it leaves.

    The browser is connected while `lease_until` is in the future.
    """

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="pairings",
        db_index=False,  # the constraint below begins with it
    )
    browser_id = models.CharField(max_length=64)
    # What the other pages of the scene know it by: random, of this scene alone, and opens nothing.
    person_id = models.CharField(max_length=16, blank=True, editable=False)
    # The smallest that no other page here had: gives its color, and "Guest 2" without a name.
    number = models.PositiveSmallIntegerField(default=0, editable=False)
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.EDITOR)
    channel_name = models.CharField(max_length=120)
    instance = models.CharField(max_length=64)
    # The signed-in user, if sign-in is on.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    remote_address = models.GenericIPAddressField(null=True, blank=True)
    # The rate key of the address (`origins.rate_key`), for the connection limit; empty if
    # uncounted.
    counted_as = models.CharField(max_length=45, blank=True, editable=False)
    # The widest network that it counts for, to find all rows within it.
    network = models.CharField(max_length=45, blank=True, editable=False)
    user_agent = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    # How often it reconnected after it had left.
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
    """One server process; once its lease has expired, its running calls are lost."""

    id = models.UUIDField(primary_key=True, editable=False)
    instance = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField()

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"worker {self.instance}"


class EventStream(models.Model):
    """An open stream of notifications, in one of its holder's slots.

    `holder` is the key of the limit: a protocol session, or an address and a scene. Slots are
    numbered from 0 and unique per holder over all processes, which enforces the limit.
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
    """A subscription of a handshake-era client, served by the worker that has its stream.

    `revision` is the scene's at the time of subscribing; the client was not notified of later ones.
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
