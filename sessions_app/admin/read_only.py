"""Base classes of the admin's lists: read-only, and without counting whole tables."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin  # takes no type argument at run time

MAX_COUNTED_ROWS = 10_000
KEY_PREFIX_LENGTH = 8


class BoundedPaginator(Paginator):  # type: ignore[type-arg] # takes none at run time
    """Pages through the newest rows only, because counting a large table takes seconds."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MAX_COUNTED_ROWS].count())


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows without changing them: direct changes would not reach the browsers."""

    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    search_help_text = "The scene session's internal id (scene= in the log)"

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Return whether a list may be filtered by this lookup: only by its own filters.

        With arbitrary columns, a viewer could find out an edit key, letter by letter.
        """
        del value, request
        return lookup.split(LOOKUP_SEP)[0] in self.list_filter

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; if the database rejects the filter, redirect to the unfiltered list."""
        try:
            return super().changelist_view(request, extra_context)
        except (DataError, OverflowError, ValueError):
            if request.method != "GET" or not request.GET:
                raise
        messages.warning(request, "The list cannot be narrowed down so; this is all of it.")
        return HttpResponseRedirect(request.path)

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
