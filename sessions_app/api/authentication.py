"""Authenticates API requests: by a page's cookie, a token or a scene's edit key."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from sessions_app.api.problems import CsrfFailedError
from sessions_app.people.principals import Principal, signed_in
from sessions_app.web import links


@dataclass(frozen=True, slots=True)
class SceneKey:
    """The edit key of an `Authorization: Session <edit key>` header."""

    edit_key: UUID


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token <token>`, with a token of `POST /api/token/`."""


class SceneKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Session <edit key>`: grants that scene while sign-in is off."""

    keyword = "Session"

    def authenticate(self, request: Request) -> tuple[AnonymousUser, SceneKey] | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        if settings.MCP_ENABLE_MULTI_USER:
            raise AuthenticationFailed
        # Look up malformed keys as unknown ones, for the same response and timing.
        return AnonymousUser(), SceneKey(links.find_edit_key(value) or uuid4())

    def authenticate_header(self, request: Request) -> str:
        del request
        return self.keyword


class SessionAuthentication(authentication.SessionAuthentication):
    """The cookie of a signed-in page; unsafe methods also need the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise CsrfFailedError from error


def principal_of(request: Request) -> Principal:
    """Return the request's user as a principal."""
    return signed_in(request.user)


def edit_key_of(request: Request) -> UUID | None:
    """Return the edit key that authenticates the request, or None."""
    return request.auth.edit_key if isinstance(request.auth, SceneKey) else None
