"""Scene sessions, their documents and their events."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sessions_app import clock


class SceneSession(models.Model):
    """One scene and the browsers and clients connected to it.

    `id` is internal: logs, groups and foreign keys use it, and it grants nothing. While sign-in is
    off, the edit key is enough to change the scene.
    """

    class State(models.TextChoices):
        OPEN = "open"
        IDLE = "idle"  # the next call or browser wakes it
        CLOSED = "closed"  # for good

    class Origin(models.TextChoices):
        CLIENT = "client"
        BROWSER = "browser"

    class Closer(models.TextChoices):
        CLIENT = "client"
        USER = "user"
        STAFF = "staff"
        CLEANUP = "cleanup"  # unused, or too old

    edit_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # The name in the document, which is what counts; for lists and searches.
    name = models.CharField(max_length=64, default="", db_default="", editable=False)
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
    # The rate key of the address (`origins.rate_key`), for the creation quota; empty if uncounted.
    counted_as = models.CharField(max_length=45, blank=True, editable=False)
    # The widest network that it counts for, to find all rows within it.
    network = models.CharField(max_length=45, blank=True, editable=False)
    user_agent = models.CharField(max_length=200, blank=True)
    # Declared by the client that started it: name, version, title, description, websiteUrl.
    client_info = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=0)
    snapshot_revision = models.PositiveIntegerField(default=0)
    # Bytes of revisions stored since the last snapshot; a new snapshot resets it to 0.
    unsnapshotted_bytes = models.PositiveIntegerField(default=0)
    # Approximate length of the document's JSON; None until the first change.
    document_bytes = models.PositiveIntegerField(null=True, editable=False)
    # Steps after this revision are undone; None while none is.
    undo_position = models.PositiveIntegerField(null=True, editable=False)
    # Steps up to this revision cannot be undone: they are not kept any more, or an upgrade has
    # changed the document's shape since.
    undo_floor = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # How far each client knows the scene, as `revisions.client_marks` writes it.
    client_marks = models.TextField(default="", db_default="", editable=False)
    # What people said to the clients, and who has read it, as `revisions.persons_words` writes it.
    persons_words = models.TextField(default="", db_default="", editable=False)
    # The latest revision that no browser confirmed in time; None once a browser confirms again.
    unconfirmed_revision = models.PositiveIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=10, choices=Closer, blank=True)
    # The reason shown to people and models.
    closed_because = models.CharField(max_length=200, blank=True)
    # When a client was asked to open the page for its user; once per scene is enough.
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("network", "-created_at"), name="made_from_network"),
            models.Index(fields=("state", "changed_at"), name="scene_session_state"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(snapshot_revision__lte=F("revision")), name="snapshot_not_ahead"
            ),
        )

    def __str__(self) -> str:
        return f"scene {self.pk} “{self.name}”" if self.name else f"scene {self.pk}"


class SceneSnapshot(models.Model):
    """The complete scene document at a revision."""

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
    """One change: the patch from the previous revision, its inverse and its cause.

    `patch`, `inverse` and `cause` are JSON text, stored as sent over the wire.
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
    # Whether it can be undone or redone. Undo and redo are no steps, nor is an undone change once
    # another one has been made after it. Processes of an older version do not set this.
    is_step = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "revision"), name="revision_once"),
        )

    def __str__(self) -> str:
        return f"revision {self.revision} of scene {self.scene_session_id}"


class SceneCheckpoint(models.Model):
    """A scene document under a name, to restore; history pruning leaves it alone.

    `by` is who saved it: a client's own name, or "person".
    """

    scene_session = models.ForeignKey(
        SceneSession,
        on_delete=models.CASCADE,
        related_name="checkpoints",
        db_index=False,  # the constraint below begins with it
    )
    name = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    document = models.TextField()
    document_bytes = models.PositiveIntegerField()
    by = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("scene_session", "name"), name="checkpoint_once"),
        )

    def __str__(self) -> str:
        return f"checkpoint {self.pk} of scene {self.scene_session_id}"


class SceneSessionEvent(models.Model):
    """An event of a scene session other than its calls and revisions."""

    class Kind(models.TextChoices):
        MADE = "made"
        JOINED = "joined"
        LEFT = "left"
        SLEPT = "slept"
        WOKE = "woke"
        CLOSED = "closed"
        KEY_REPLACED = "key_replaced", "key replaced"
        DISCONNECTED = "disconnected", "browsers disconnected"
        NOTICE = "notice"
        SHARED = "shared"
        SHARE_CHANGED = "share_edited", "share changed"
        SHARE_REVOKED = "share_ended", "share revoked"

    scene_session = models.ForeignKey(SceneSession, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"scene {self.scene_session_id} {self.kind}"


class SceneFile(models.Model):
    """A file made of a scene for download, kept for some minutes in parts.

    The nonces in its two addresses are stored as digests only: that of the download, and that under
    which a page sends the parts.
    """

    scene_session = models.ForeignKey(SceneSession, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=4)
    download_digest = models.CharField(max_length=64, unique=True)
    upload_digest = models.CharField(max_length=64, unique=True)
    # What the page calls the attempt whose parts are stored; another one replaces them.
    attempt = models.CharField(max_length=32, blank=True)
    parts = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # bytes
    is_complete = models.BooleanField(default=False)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"file {self.pk} of scene {self.scene_session_id}"


class SceneFilePart(models.Model):
    """Some bytes of a file, in the order of their numbers from 0."""

    file = models.ForeignKey(
        SceneFile,
        on_delete=models.CASCADE,
        related_name="stored_parts",
        db_index=False,  # the constraint below begins with it
    )
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("file", "number"), name="file_part_once"),)

    def __str__(self) -> str:
        return f"part {self.number} of file {self.file_id}"
