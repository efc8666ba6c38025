"""The filters of lists."""

from datetime import UTC
from typing import Any

from django.core.exceptions import ValidationError as FieldError
from django.db.models import QuerySet, TextChoices
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from sessions_app.api.pagination import CursorPagination
from sessions_app.api.wire import WireFilterSet
from sessions_app.models import Pairing, SceneSession, ToolCall


class FilterBackend(filters.DjangoFilterBackend):  # type: ignore[misc] # it has no types
    """Refuses unknown and empty parameters, which would silently show the whole list."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        filterset = self.get_filterset_class(view, queryset)
        narrowing = set(filterset.base_filters if filterset else ())
        known = {"cursor", CursorPagination.page_size_query_param} | narrowing
        given = request.query_params
        if unknown := sorted(set(given) - known):
            text = f"No such parameter. Known: {', '.join(sorted(known))}."
            raise ValidationError({name[:100]: text for name in unknown})
        if empty := sorted(name for name in narrowing if given.get(name) == ""):
            raise ValidationError(dict.fromkeys(empty, "Empty. Give it a value, or leave it out."))
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


class _MomentField(IsoDateTimeField):  # type: ignore[misc] # it has no types
    """A time, converted to UTC: databases reject some offsets and years beyond 9999."""

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else moment
        except OverflowError:
            raise FieldError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc] # it has no types
    field_class = _MomentField

    def __init__(self, **options: Any) -> None:
        text = "Not a time. Accepted: ISO 8601, such as 2026-11-21T15:00:00Z."
        super().__init__(error_messages={"invalid": text}, **options)


def _one_of(choices: type[TextChoices]) -> Any:
    text = f"%(value)s is not accepted. Accepted: {', '.join(choices.values)}."
    return filters.ChoiceFilter(choices=choices.choices, error_messages={"invalid_choice": text})


class SessionFilter(WireFilterSet):
    state = _one_of(SceneSession.State)
    opened_by = _one_of(SceneSession.Origin)
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = SceneSession
        fields: tuple[str, ...] = ()


class BrowserFilter(WireFilterSet):
    connected = filters.BooleanFilter(
        field_name="is_connected", help_text="Whether it is connected now."
    )

    class Meta:
        model = Pairing
        fields: tuple[str, ...] = ()


class ToolCallFilter(WireFilterSet):
    tool = filters.CharFilter(min_length=1, max_length=100)
    status = _one_of(ToolCall.Status)
    started_after = MomentFilter(field_name="started_at", lookup_expr="gte")
    started_before = MomentFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = ToolCall
        fields: tuple[str, ...] = ()
