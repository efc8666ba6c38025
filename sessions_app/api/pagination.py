"""Pages through lists by cursors, which stay stable while rows are added; nothing is counted."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError as FieldError
from django.utils.dateparse import parse_datetime
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request

from sessions_app.web.callers import public_origin_of

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class CursorPagination(pagination.CursorPagination):
    """Cursor pagination; the view's `ordering` must begin with an indexed field."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "pageSize"
    page_size_query_description = f"How many to return, 1 to {MAX_PAGE_SIZE}."
    cursor_query_description = "Where to go on: of `next` or `previous` of another page."
    template = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        self._model = queryset.model
        page: list[Any] | None = super().paginate_queryset(queryset, request, view)
        self.base_url = f"{public_origin_of(request._request)}{request.get_full_path()}"
        return page

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        del request, queryset
        ordering: tuple[str, ...] = view.ordering
        return ordering

    def get_page_size(self, request: Request) -> int:
        raw = request.query_params.get("pageSize", str(PAGE_SIZE))
        if raw.isascii() and raw.isdigit() and 1 <= int(raw[:6]) <= MAX_PAGE_SIZE:
            return int(raw[:6])
        raise ValidationError({"pageSize": f"A whole number from 1 to {MAX_PAGE_SIZE}."})

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        """Decode a cursor of another page.

        Raises:
            ValidationError: it is not a cursor of this list.
        """
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self._require_position(str(cursor.position))
        except (NotFound, FieldError, ValueError):
            text = "Not a cursor of this list. Take `next` or `previous` as they are."
            raise ValidationError({"cursor": text}) from None
        return cursor

    def _require_position(self, position: str) -> None:
        """Refuse a position that the database would reject."""
        field = self._model._meta.get_field(self.ordering[0].lstrip("-"))
        value = field.to_python(position)
        if isinstance(value, datetime):
            moment = parse_datetime(position)
            if moment is None or moment.utcoffset() != timedelta(0):
                raise ValueError(position)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                bounds = {"minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
                parameter["schema"] = {"type": "integer", **bounds}
        return parameters

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The page after this one."},
                "previous": {**link, "description": "The page before this one."},
                "results": schema,
            },
        }
