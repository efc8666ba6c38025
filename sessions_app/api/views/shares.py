"""The links that share a session: list, make, show, change, revoke."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.reverse import reverse

from sessions_app.api.base import OfSessionView, OneSessionView, number_in
from sessions_app.api.schema import (
    BODY,
    ONE_SESSION,
    SESSION_ID,
    USERS_AND_KEY,
    endpoint,
    of_session,
)
from sessions_app.api.serializers import (
    MadeShareSerializer,
    NewShareSerializer,
    ShareSerializer,
)
from sessions_app.models import Role, SceneSession, Share
from sessions_app.sessions.shares import (
    expiry_in,
    share_change,
    share_make,
    share_revoke,
    shares_of,
)
from sessions_app.web import links
from sessions_app.web.callers import public_origin_of

SHARE_ID = OpenApiParameter(
    "share", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="The link's id."
)


def _given(wanted: NewShareSerializer) -> dict[str, Any]:
    """Return what a body says, with the time at which the link ends."""
    given = dict(wanted.validated_data)
    if "role" in given:
        given["role"] = Role(given["role"])
    if "expires_in_seconds" in given:
        given["expires_at"] = expiry_in(given.pop("expires_in_seconds"))
    return given


class SharesView(OfSessionView):
    queryset: Any = Share.objects.all()
    serializer_class = ShareSerializer
    ordering = ("-id",)

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        return shares_of(scene_session.pk)

    @of_session(
        "listShares",
        "The links for others that are not revoked, the newest first",
        ShareSerializer(many=True),
        ("invalid", *ONE_SESSION),
    )
    def get(self) -> Response:
        return self.list()

    @of_session(
        "makeShare",
        "Make a link for others",
        MadeShareSerializer,
        (*BODY, *ONE_SESSION, "csrf_failed", "session_closed", "share_limit"),
        status=201,
        description="The only answer that holds the link. It opens the page, and nothing else.",
        request=NewShareSerializer,
    )
    def post(self) -> Response:
        scene_session = self.scene_session()
        wanted = NewShareSerializer(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        given, user_id = _given(wanted), self.principal.user_id
        share, token = share_make(scene_session.pk, **given, user_id=user_id)
        origin = public_origin_of(self.request._request)
        shown: dict[str, Any] = ShareSerializer(share).data
        where = reverse("api:share", kwargs={"id": scene_session.pk, "share": share.pk})
        url = links.share_url(token, public_origin=origin)
        return Response({**shown, "url": url}, status=201, headers={"Location": where})


class ShareView(OneSessionView):
    serializer_class = ShareSerializer

    def share_id(self) -> int:
        return number_in(self.kwargs["share"])

    @endpoint(
        "getShare",
        "One link for others",
        ShareSerializer,
        ONE_SESSION,
        auth=USERS_AND_KEY,
        parameters=[SESSION_ID, SHARE_ID],
    )
    def get(self) -> Response:
        share = shares_of(self.scene_session().pk).filter(pk=self.share_id()).first()
        if share is None:
            raise NotFound
        return Response(self.get_serializer(share).data)

    @endpoint(
        "changeShare",
        "Change a link's name, role or expiry",
        ShareSerializer,
        (*BODY, *ONE_SESSION, "csrf_failed", "session_closed"),
        auth=USERS_AND_KEY,
        parameters=[SESSION_ID, SHARE_ID],
        request=NewShareSerializer(partial=True),
        description="Pages that are open by it stay, come back in the new role, or are closed.",
    )
    def patch(self) -> Response:
        scene_session = self.scene_session()
        wanted = NewShareSerializer(data=self.request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        user_id = self.principal.user_id
        share = share_change(scene_session.pk, self.share_id(), _given(wanted), user_id=user_id)
        return Response(self.get_serializer(share).data)

    @endpoint(
        "revokeShare",
        "Revoke a link for good",
        None,
        (*ONE_SESSION, "csrf_failed", "session_closed"),
        auth=USERS_AND_KEY,
        parameters=[SESSION_ID, SHARE_ID],
        status=204,
        request=None,
        description="Pages that are open by it are closed at once.",
    )
    def delete(self) -> Response:
        user_id = self.principal.user_id
        share_revoke(self.scene_session().pk, self.share_id(), user_id=user_id)
        return Response(status=204)
