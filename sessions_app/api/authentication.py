"""Who asks: a signed-in page, the bearer of a token, or whoever holds the edit key of one scene."""

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
    """The edit key that came as `Authorization: Session <edit key>`."""

    edit_key: UUID


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token <token>`, of `POST /api/token/`."""


class SceneKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Session <edit key>`: reaches that one scene, while sign-in is off."""

    keyword = "Session"

    def authenticate(self, request: Request) -> tuple[AnonymousUser, SceneKey] | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        if settings.MCP_ENABLE_MULTI_USER:
            raise AuthenticationFailed
        # What cannot be a key is looked for as one that nobody has: the same answer and time.
        return AnonymousUser(), SceneKey(links.find_edit_key(value) or uuid4())

    def authenticate_header(self, request: Request) -> str:
        del request
        return self.keyword


class SessionAuthentication(authentication.SessionAuthentication):
    """The cookie of a signed-in page; what changes something also needs the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise CsrfFailedError from error


def principal_of(request: Request) -> Principal:
    """The user as the rest of the program knows them."""
    return signed_in(request.user)


def edit_key_of(request: Request) -> UUID | None:
    """The edit key that the request brings as its authentication, if it does."""
    return request.auth.edit_key if isinstance(request.auth, SceneKey) else None
