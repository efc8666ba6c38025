"""Read-only lists for staff: browsers, calls, revisions, refusals and more."""

import json

from django.contrib import admin

from sessions_app.admin.read_only import OfSceneAdmin, ReadOnlyAdmin
from sessions_app.models import (
    Binding,
    CallMinute,
    EventStream,
    Pairing,
    RefusalCount,
    SceneCheckpoint,
    SceneRevision,
    SceneSessionEvent,
    Subscription,
    ToolCall,
    Worker,
)
from sessions_app.templatetags.overview_formats import duration


@admin.register(Pairing)
class PairingAdmin(OfSceneAdmin):
    list_display = (
        "id", "scene_session", "name", "role", "instance", "remote_address", "joined_at",
        "lease_until", "left_at", "close_code", "acknowledged_revision", "visible",
    )  # fmt: skip
    list_filter = ("role", "visible", "joined_at")


@admin.register(ToolCall)
class ToolCallAdmin(OfSceneAdmin):
    list_display = (
        "started_at", "tool", "status", "scene_session", "revision", "took", "error_code",
        "resolution_rule", "client_name", "protocol_version", "instance",
    )  # fmt: skip
    list_filter = ("status", "started_at")
    search_fields = ("=scene_session__id", "=tool")
    search_help_text = "The scene session's internal id (scene= in the log), or a tool's name"

    @admin.display(ordering="duration_ms")
    def took(self, call: ToolCall) -> str:
        """The duration, with significant digits only."""
        return duration(call.duration_ms)


@admin.register(SceneRevision)
class SceneRevisionAdmin(OfSceneAdmin):
    list_display = ("id", "scene_session", "revision", "did", "by", "is_step", "created_at")
    list_filter = ("is_step", "created_at")

    @admin.display
    def did(self, revision: SceneRevision) -> str:
        """What changed, in words for people."""
        return str(json.loads(revision.cause).get("summary", ""))

    @admin.display
    def by(self, revision: SceneRevision) -> str:
        """Who changed it: what a client calls itself, or "person"."""
        return str(json.loads(revision.cause).get("by", ""))


@admin.register(SceneCheckpoint)
class SceneCheckpointAdmin(OfSceneAdmin):
    list_display = ("id", "scene_session", "name", "revision", "document_bytes", "by", "created_at")
    list_filter = ("created_at",)


@admin.register(Binding)
class BindingAdmin(OfSceneAdmin):
    list_display = ("id", "scene_session", "client_info", "created_at", "ended_at")
    list_filter = ("created_at",)


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ("id", "instance", "started_at", "lease_until")
    list_filter = ("started_at",)


@admin.register(EventStream)
class EventStreamAdmin(ReadOnlyAdmin):
    list_display = ("id", "holder", "slot", "worker", "opened_at")
    list_select_related = ("worker",)


@admin.register(Subscription)
class SubscriptionAdmin(OfSceneAdmin):
    exclude = ("uri",)  # contains the edit key
    list_display = ("id", "scene_session", "revision", "created_at")
    list_filter = ("created_at",)


@admin.register(SceneSessionEvent)
class SceneSessionEventAdmin(OfSceneAdmin):
    list_display = ("at", "scene_session", "kind", "reason", "user")
    list_filter = ("kind",)
    list_select_related = ("scene_session", "user")


@admin.register(RefusalCount)
class RefusalCountAdmin(ReadOnlyAdmin):
    list_display = ("hour", "limit", "refusals")
    list_filter = ("limit", "hour")
    search_help_text = ""


@admin.register(CallMinute)
class CallMinuteAdmin(ReadOnlyAdmin):
    list_display = ("minute", "tool", "status", "error_code", "resolution_rule", "calls")
    list_filter = ("status", "minute")
    search_fields = ("=tool",)
    search_help_text = "A tool's name"
