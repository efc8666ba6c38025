"""What the admin's lists have in common: they are to read, and count no whole table."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator

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


class OfSceneAdmin(ReadOnlyAdmin):
    """Rows that belong to a scene session."""

    list_select_related: ClassVar[tuple[str, ...]] = ("scene_session",)
    search_fields: ClassVar[tuple[str, ...]] = ("=scene_session__id",)
