"""What belongs to one session: its browsers, calls and changes."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api import schema
from sessions_app.api.base import OfSessionView
from sessions_app.api.filters import BrowserFilter, ToolCallFilter
from sessions_app.api.serializers import BrowserSerializer, RevisionSerializer, ToolCallSerializer
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall
from sessions_app.selectors.listing import browsers_of, calls_of, revisions_of

PROBLEMS = schema.problems("invalid", *schema.ONE_SESSION)


class BrowsersView(OfSessionView):
    queryset: Any = Pairing.objects.all()
    serializer_class = BrowserSerializer
    filterset_class = BrowserFilter
    ordering = ("-id",)

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return browsers_of(scene_session.pk)

    @extend_schema(
        operation_id="listBrowsers",
        summary="Who looks on or did, the newest first",
        auth=schema.USERS_AND_KEY,
        parameters=[schema.SESSION_ID],
        responses={200: BrowserSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        del request, kwargs
        return self.list()


class ToolCallsView(OfSessionView):
    queryset: Any = ToolCall.objects.all()
    serializer_class = ToolCallSerializer
    filterset_class = ToolCallFilter
    ordering = ("-started_at", "-id")

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return calls_of(scene_session.pk)

    @extend_schema(
        operation_id="listToolCalls",
        summary="What was called and how it ended, the newest first",
        auth=schema.USERS_AND_KEY,
        parameters=[schema.SESSION_ID],
        responses={200: ToolCallSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        del request, kwargs
        return self.list()


class RevisionsView(OfSessionView):
    queryset: Any = SceneRevision.objects.all()
    serializer_class = RevisionSerializer
    ordering = ("-revision",)

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return revisions_of(scene_session.pk)

    @extend_schema(
        operation_id="listRevisions",
        summary="What changed, the newest first",
        auth=schema.USERS_AND_KEY,
        parameters=[schema.SESSION_ID],
        responses={200: RevisionSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        del request, kwargs
        return self.list()
