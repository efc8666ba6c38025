"""Lists of one session: browsers, calls and revisions."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from sessions_app.api.base import OfSessionView
from sessions_app.api.filters import BrowserFilter, ToolCallFilter
from sessions_app.api.schema import ONE_SESSION, of_session
from sessions_app.api.serializers import BrowserSerializer, RevisionSerializer, ToolCallSerializer
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall
from sessions_app.sessions.listing import browsers_of, calls_of, revisions_of


class BrowsersView(OfSessionView):
    queryset: Any = Pairing.objects.all()
    serializer_class = BrowserSerializer
    filterset_class = BrowserFilter
    ordering = ("-id",)

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return browsers_of(scene_session.pk)

    @of_session(
        "listBrowsers",
        "Who looks on or did, the newest first",
        BrowserSerializer(many=True),
        ("invalid", *ONE_SESSION),
    )
    def get(self) -> Response:
        return self.list()


class ToolCallsView(OfSessionView):
    queryset: Any = ToolCall.objects.all()
    serializer_class = ToolCallSerializer
    filterset_class = ToolCallFilter
    ordering = ("-started_at", "-id")

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return calls_of(scene_session.pk)

    @of_session(
        "listToolCalls",
        "What was called and how it ended, the newest first",
        ToolCallSerializer(many=True),
        ("invalid", *ONE_SESSION),
    )
    def get(self) -> Response:
        return self.list()


class RevisionsView(OfSessionView):
    queryset: Any = SceneRevision.objects.all()
    serializer_class = RevisionSerializer
    ordering = ("-revision",)

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return revisions_of(scene_session.pk)

    @of_session(
        "listRevisions",
        "What changed, the newest first",
        RevisionSerializer(many=True),
        ("invalid", *ONE_SESSION),
    )
    def get(self) -> Response:
        return self.list()
