"""Tool calls and refusals, and their counts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from sessions_app import clock
from sessions_app.models.scenes import SceneSession


class ToolCall(models.Model):
    """One `tools/call` and its outcome."""

    class Status(models.TextChoices):
        RUNNING = "running"
        SUCCESS = "success"
        ERROR = "error"
        TIMEOUT = "timeout"
        CANCELLED = "cancelled"
        LOST = "lost"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scene_session = models.ForeignKey(
        SceneSession,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tool_calls",
        db_index=False,  # an index below begins with it
    )
    # The caller, if sign-in is on.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # a partial index below serves it, at no cost for anonymous calls
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
            models.Index(fields=("scene_session", "-started_at"), name="tool_call_of_scene"),
            models.Index(
                fields=("user", "-started_at"),
                condition=Q(user__isnull=False),
                name="tool_call_of_user",
            ),
            models.Index(
                fields=("worker_id",), condition=Q(status="running"), name="tool_call_running"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tool} ({self.status})"


class _Counted(models.Model):
    """A count of calls that share these fields.

    `tool` is "(unknown)" for unknown names. `durations` is a histogram as JSON, keyed by bucket
    number (histograms.py); calls without a duration are left out.
    """

    tool = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=ToolCall.Status)
    resolution_rule = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    calls = models.PositiveBigIntegerField()
    duration_ms = models.FloatField(default=0)  # the sum
    durations = models.JSONField(default=dict)

    class Meta:
        abstract = True


class CallMinute(_Counted):
    """The calls that started within a minute, counted once none of them is running."""

    minute = models.DateTimeField()

    class Meta:
        ordering = ("-minute",)
        constraints = (
            models.UniqueConstraint(
                fields=("minute", "tool", "status", "resolution_rule", "error_code"),
                name="call_minute_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.calls} of {self.tool} ({self.status})"


class CallTotal(_Counted):
    """The calls of all counted minutes together."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("tool", "status", "resolution_rule", "error_code"), name="call_total_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.calls} of {self.tool} ({self.status})"


class CallCount(models.Model):
    """The time up to which calls are counted: a single row, locked while counting."""

    counted_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"counted until {self.counted_until}"


class RefusalCount(models.Model):
    """The refusals of one limit within an hour."""

    limit = models.CharField(max_length=40)
    hour = models.DateTimeField()
    refusals = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("-hour",)
        constraints = (
            models.UniqueConstraint(fields=("limit", "hour"), name="refusal_count_once"),
        )

    def __str__(self) -> str:
        return f"{self.refusals} of {self.limit}"
