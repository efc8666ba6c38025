"""What the database holds: scene sessions, their scenes, who looks on, and what was called."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sessions_app import clock


class SceneSession(models.Model):
    """One scene and all who look at it or steer it.

    `id` is the internal id: logs, groups and foreign keys name it, and it grants nothing. Whoever
    holds the edit key may change the scene while sign-in is off.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    class Origin(models.TextChoices):
        CLIENT = "client", "MCP client"
        BROWSER = "browser"

    class Closer(models.TextChoices):
        CLIENT = "client", "MCP client"
        STAFF = "staff"

    edit_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="scene_sessions",
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_by = models.CharField(max_length=10, choices=Origin)
    remote_address = models.GenericIPAddressField(null=True, blank=True)
    # The address as the creation quota counts it; empty where it has none.
    counted_as = models.CharField(max_length=45, blank=True, editable=False)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=0)
    snapshot_revision = models.PositiveIntegerField(default=0)
    # Bytes of patches stored since the last snapshot; a new snapshot sets it back to 0.
    unsnapshotted_bytes = models.PositiveIntegerField(default=0)
    # The newest revision that no browser confirmed in time; None once a browser confirms again.
    unconfirmed_revision = models.PositiveIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=10, choices=Closer, blank=True)
    # When a client was last asked to open the page for its person; once is enough for a scene.
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("counted_as", "-created_at"), name="made_by_address"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(snapshot_revision__lte=F("revision")), name="snapshot_not_ahead"
            ),
        )

    def __str__(self) -> str:
        return f"scene {self.pk}"


class SceneSnapshot(models.Model):
    """The whole scene document as it was at a revision."""

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="snapshots",
        db_index=False,  # the constraint below begins with it
    )
    revision = models.PositiveIntegerField()
    document = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "revision"), name="snapshot_once"),
        )

    def __str__(self) -> str:
        return f"snapshot {self.revision} of scene {self.scene_session_id}"


class SceneRevision(models.Model):
    """One change: the patch from the revision before, its inverse, and what caused it.

    `patch`, `inverse` and `cause` are JSON text, kept as it goes over the wire.
    """

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="revisions",
        db_index=False,  # the constraint below begins with it
    )
    revision = models.PositiveIntegerField()
    patch = models.TextField()
    inverse = models.TextField()
    cause = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "revision"), name="revision_once"),
        )

    def __str__(self) -> str:
        return f"revision {self.revision} of scene {self.scene_session_id}"


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

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"binding {self.pk} to scene {self.scene_session_id}"


class Invitation(models.Model):
    """A link that opens a scene's page once, handed to a client that can open it for its person.

    The link holds a random nonce; only its digest is kept.
    """

    scene_session = models.ForeignKey(
        SceneSession, on_delete=models.CASCADE, related_name="invitations"
    )
    nonce_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
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
    remote_address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
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
        indexes = (models.Index(fields=("scene_session", "lease_until"), name="pairing_live"),)

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


class ToolCall(models.Model):
    """One `tools/call`, with its outcome."""

    class Status(models.TextChoices):
        RUNNING = "running"
        SUCCESS = "success"
        ERROR = "error"
        TIMEOUT = "timeout"
        CANCELLED = "cancelled"
        LOST = "lost"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scene_session = models.ForeignKey(
        SceneSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="tool_calls"
    )
    method = models.CharField(max_length=40, default="tools/call")
    tool = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(default=clock.now)
    duration_ms = models.FloatField(null=True, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    resolution_rule = models.CharField(max_length=20, blank=True)
    protocol_version = models.CharField(max_length=20, blank=True)
    client_name = models.CharField(max_length=100, blank=True)
    client_version = models.CharField(max_length=50, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    remote_address = models.GenericIPAddressField(null=True, blank=True)
    instance = models.CharField(max_length=64)
    worker_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        indexes = (
            models.Index(fields=("-started_at",), name="tool_call_newest"),
            models.Index(
                fields=("worker_id",), condition=Q(status="running"), name="tool_call_running"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tool} ({self.status})"
