"""Scene sessions: create, list, show, close, replace the key."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from sessions_app.api.authentication import edit_key_of
from sessions_app.api.base import OneSessionView, SessionsView
from sessions_app.api.filters import SessionFilter
from sessions_app.api.pagination import CursorPagination
from sessions_app.api.permissions import MayCreate
from sessions_app.api.schema import (
    ANYONE,
    BODY,
    ONE_SESSION,
    SIGNED_IN,
    UNKNOWN,
    endpoint,
    of_session,
)
from sessions_app.api.serializers import (
    LinksSerializer,
    SceneSerializer,
    SessionSerializer,
    StartSerializer,
)
from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_load
from sessions_app.sessions.closing import closed_error, edit_key_replace, scene_session_close
from sessions_app.sessions.listing import with_signs_of_life
from sessions_app.sessions.opening import scene_session_open
from sessions_app.web import links
from sessions_app.web.callers import caller_of, public_origin_of

Closer = SceneSession.Closer


def links_of(scene_session: SceneSession, request: Request, *, reveal: bool) -> dict[str, Any]:
    """Return the links of a session, or nulls if the caller must not see them."""
    origin, key = public_origin_of(request._request), scene_session.edit_key
    shown = {
        "session_id": key,
        "browser_url": links.browser_url(edit_key=key, public_origin=origin),
        "mcp_url": links.mcp_url(edit_key=key, public_origin=origin),
    }
    return {"id": scene_session.pk, **(shown if reveal else dict.fromkeys(shown))}


class SessionListView(SessionsView, ListAPIView[SceneSession]):
    serializer_class = SessionSerializer
    pagination_class = CursorPagination
    filterset_class = SessionFilter

    def get_permissions(self) -> Any:
        return [MayCreate() if self.request.method == "POST" else IsAuthenticated()]

    def get_queryset(self) -> QuerySet[SceneSession]:
        return with_signs_of_life(self.within_reach())

    @endpoint(
        "listSessions",
        "Your sessions, for staff all, the newest first",
        SessionSerializer(many=True),
        ("invalid", *SIGNED_IN),
    )
    def get(self) -> Response:
        return self.list(self.request)

    @endpoint(
        "createSession",
        "Start a new scene",
        LinksSerializer,
        (*BODY, *UNKNOWN, "csrf_failed", "creation_quota", "session_limit"),
        status=201,
        description="The only answer, beside that of `new-link`, that holds the edit key.",
        auth=ANYONE,
        request=StartSerializer,
    )
    def post(self) -> Response:
        wanted = StartSerializer(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        made = scene_session_open(
            opened_by=SceneSession.Origin.CLIENT,
            caller=caller_of(self.request._request),
            principal=self.principal,
            start=wanted.validated_data["start"],
        )
        shown = LinksSerializer(links_of(made, self.request, reveal=True)).data
        where = reverse("api:session", kwargs={"id": made.pk})
        return Response(shown, status=201, headers={"Location": where})


class SessionView(OneSessionView):
    serializer_class = SessionSerializer

    @of_session("getSession", "One session", SessionSerializer, ONE_SESSION)
    def get(self) -> Response:
        return Response(self.get_serializer(self.scene_session()).data)


class CloseView(OneSessionView):
    serializer_class = SessionSerializer

    @of_session(
        "closeSession",
        "Close a session for good",
        SessionSerializer,
        (*ONE_SESSION, "csrf_failed"),
        description="Its browsers are notified. A session that is already closed stays unchanged.",
        request=None,
    )
    def post(self) -> Response:
        scene_session = self.scene_session()
        is_staffs = self.principal.is_staff and not self.is_owner(scene_session)
        scene_session_close(
            scene_session.pk,
            closed_by=Closer.STAFF if is_staffs else Closer.USER,
            because="Asked for through the API.",
            user_id=self.principal.user_id,
        )
        return Response(self.get_serializer(self.scene_session()).data)


class NewLinkView(OneSessionView):
    serializer_class = LinksSerializer

    @of_session(
        "replaceLink",
        "Replace the edit key",
        LinksSerializer,
        (*ONE_SESSION, "csrf_failed", "session_closed"),
        description="The links that were given out before open nothing from now on.",
        request=None,
    )
    def post(self) -> Response:
        scene_session = self.scene_session()
        held_key = edit_key_of(self.request)
        key = edit_key_replace(scene_session.pk, user_id=self.principal.user_id, edit_key=held_key)
        if key is None:
            raise closed_error(self.scene_session().pk)  # 404 if the key was replaced meanwhile
        scene_session.edit_key = key
        reveal = held_key is not None or self.is_owner(scene_session)
        return Response(
            self.get_serializer(links_of(scene_session, self.request, reveal=reveal)).data
        )


class SceneView(OneSessionView):
    serializer_class = SceneSerializer

    @of_session("getScene", "The scene as it stands", SceneSerializer, ONE_SESSION)
    def get(self) -> Response:
        scene_session = self.scene_session()
        scene = document_load(scene_session)  # first: an upgrade advances the revision
        shown = {"revision": scene_session.revision, "scene": scene}
        return Response(self.get_serializer(shown).data)
