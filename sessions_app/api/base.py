"""Base classes of the API's views: common checks, and responses that are not cached."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import AuthenticationFailed, NotFound, Throttled
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.api.authentication import edit_key_of, principal_of
from sessions_app.api.pagination import CursorPagination
from sessions_app.api.parsing import MAX_BODY_BYTES
from sessions_app.api.permissions import IsSignedInOrHoldsKey
from sessions_app.api.problems import LengthRequiredError, OriginRefusedError, TooLargeError
from sessions_app.limits import failures
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import RateLimitedError
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession
from sessions_app.people.principals import Principal
from sessions_app.sessions.listing import sessions_within_reach, with_signs_of_life
from sessions_app.web import origins
from sessions_app.web.callers import networks_of, public_origin_of

MAX_ID_DIGITS = 18


class ApiView(APIView):
    """Refuses other origins and large bodies before any other check."""

    http_method_names = ["get", "head", "post", "patch", "delete"]  # noqa: RUF012 # as Django has it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _require_our_origin(request)
        if "transfer-encoding" in request.headers:
            raise LengthRequiredError  # REST framework would read an empty body
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
            refusals.note(Limit.REQUEST_SIZE)
            raise TooLargeError
        try:
            failures.require_few(networks_of(request._request))
        except RateLimitedError as error:
            raise Throttled(error.retry_after_seconds) from None
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        is_guess = isinstance(exc, NotFound) and edit_key_of(self.request) is not None
        if is_guess or isinstance(exc, AuthenticationFailed):
            failures.count(networks_of(self.request._request))
        answer: Response = super().handle_exception(exc)
        return answer

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final


def _require_our_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    public_origin = public_origin_of(request._request)
    if origin and not origins.is_origin_allowed(origin, public_origin=public_origin):
        raise OriginRefusedError


def number_in(path_part: str) -> int:
    """Return the id in a path; 0, which nothing has, if it is none."""
    is_number = path_part.isascii() and path_part.isdigit() and len(path_part) <= MAX_ID_DIGITS
    return int(path_part) if is_number else 0


class SessionsView(ApiView, GenericAPIView[SceneSession]):
    """A view of the sessions within the caller's reach."""

    ordering: tuple[str, ...] = ("-id",)

    @property
    def principal(self) -> Principal:
        return principal_of(self.request)

    def within_reach(self) -> QuerySet[SceneSession]:
        return sessions_within_reach(self.principal, edit_key=edit_key_of(self.request))


class OneSessionView(SessionsView):
    """A view of the session that the path names by internal id."""

    permission_classes = (IsSignedInOrHoldsKey,)

    def scene_session(self) -> SceneSession:
        """Return the session, annotated with its signs of life.

        Raises:
            NotFound: no session with this id is within the caller's reach. It does not reveal
                whether the session is somebody else's, deleted or never existed, or the id is
                invalid.
        """
        sessions = with_signs_of_life(self.within_reach())
        found = sessions.filter(pk=number_in(self.kwargs["id"])).first()
        if found is None:
            raise NotFound
        return found

    def is_owner(self, scene_session: SceneSession) -> bool:
        """Return whether the caller owns the session; without an owner, the key's holder does."""
        if edit_key_of(self.request) is not None:
            return scene_session.owner_id is None
        return scene_session.owner_id == self.principal.user_id


class OfSessionView(OneSessionView):
    """A list of rows of one session; `queryset` gives their model."""

    queryset: Any
    pagination_class = CursorPagination

    def rows_of(self, scene_session: SceneSession) -> QuerySet[Any]:
        """Select the rows of the list."""
        raise NotImplementedError

    def list(self) -> Response:
        """Return one page of the list; only staff and a signed-in owner see addresses."""
        scene_session = self.scene_session()
        page = self.paginate_queryset(self.filter_queryset(self.rows_of(scene_session)))
        is_owners = scene_session.owner_id is not None and self.is_owner(scene_session)
        shows = self.principal.is_staff or is_owners
        context = {**self.get_serializer_context(), "shows_addresses": shows}
        shown = self.get_serializer(page, many=True, context=context)
        return self.get_paginated_response(shown.data)
