"""Read-only lists for staff: sessions, who looks on, what was called, what changed."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator

from sessions_app.models import (
    Binding,
    EventStream,
    Pairing,
    SceneRevision,
    SceneSession,
    Subscription,
    ToolCall,
    Worker,
)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin  # takes no type argument at run time

MAX_COUNTED_ROWS = 10_000
KEY_PREFIX_LENGTH = 8


class BoundedPaginator(Paginator):  # type: ignore[type-arg] # takes none at run time
    """Counts and pages through the newest rows only: counting a large table takes seconds."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MAX_COUNTED_ROWS].count())


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows, changes none: browsers would not learn of a change made past the services."""

    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    search_help_text = "The scene session's internal id (scene= in the log)"

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        return False


@admin.register(SceneSession)
class SceneSessionAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "edit_key_prefix", "state", "opened_by", "owner", "revision", "created_at",
        "changed_at",
    )  # fmt: skip
    list_filter = ("state", "opened_by", "created_at")
    list_select_related = ("owner",)
    search_fields = ("=id",)
    fields = (
        "id", "edit_key", "owner", "state", "opened_by", "remote_address", "user_agent",
        "created_at", "changed_at", "revision", "snapshot_revision", "unconfirmed_revision",
    )  # fmt: skip

    @admin.display(description="edit key")
    def edit_key_prefix(self, scene_session: SceneSession) -> str:
        """Enough to tell sessions apart: whoever reads a whole key may change the scene."""
        return f"{str(scene_session.edit_key)[:KEY_PREFIX_LENGTH]}…"


class OfSceneAdmin(ReadOnlyAdmin):
    """Rows that belong to a scene session."""

    list_select_related: ClassVar[tuple[str, ...]] = ("scene_session",)
    search_fields: ClassVar[tuple[str, ...]] = ("=scene_session__id",)


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
        "started_at", "tool", "status", "scene_session", "revision", "duration_ms", "error_code",
        "resolution_rule", "client_name", "protocol_version", "instance",
    )  # fmt: skip
    list_filter = ("status", "started_at")
    search_fields = ("=scene_session__id", "=tool")
    search_help_text = "The scene session's internal id (scene= in the log), or a tool's name"


@admin.register(SceneRevision)
class SceneRevisionAdmin(OfSceneAdmin):
    list_display = ("id", "scene_session", "revision", "patch", "created_at")
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
    exclude = ("uri",)  # it holds the edit key
    list_display = ("id", "scene_session", "revision", "created_at")
    list_filter = ("created_at",)
