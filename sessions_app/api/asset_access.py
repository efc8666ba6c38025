"""Decides who may send assets to a scene and see them, and answers them; without Django's views.

A body may have 64 MB, which Django would take in whole before any view runs.
"""

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from rest_framework.authtoken.models import Token
from starlette.types import Scope, Send

from sessions_app.assets.passes import scene_of_pass
from sessions_app.limits import attempts, failures
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import counts_of
from sessions_app.limits.rates import RateLimitedError
from sessions_app.models import Role, SceneSession
from sessions_app.people.access import Access, Grant, role_of, scene_filter
from sessions_app.people.principals import ANYONE, signed_in
from sessions_app.people.sign_ins import SignIn, principals_now
from sessions_app.sessions.listing import sessions_within_reach
from sessions_app.storage import database
from sessions_app.web import cookies, links, origins

logger = logging.getLogger(__name__)

MAX_SHARE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene that a request may open, and what it is there."""

    scene_session_id: int
    grant: Grant


class RequestRefusedError(Exception):
    """The request is refused before its body is read."""

    def __init__(
        self, status: HTTPStatus, code: str, text: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(text)
        self.status, self.code = status, code
        self.retry_after_seconds = retry_after_seconds


async def entry_of(scope: Scope, *methods: str) -> Entry:
    """Return the scene that a request names by its `Authorization`, and what it is there.

    A key or a share may come with the cookie of a sign-in; an API token needs `?session=<id>`.

    Raises:
        RequestRefusedError: its method is none of these, it names no scene that it may open, or
            there were too many such requests.
    """
    if scope["method"] not in methods:
        status = HTTPStatus.METHOD_NOT_ALLOWED
        raise RequestRefusedError(status, "method_not_allowed", f"Accepted: {', '.join(methods)}.")
    networks = origins.networks_of(origins.client_address(scope))
    _require_our_origin(scope)
    try:
        failures.require_few(networks)
    except RateLimitedError as error:
        raise _too_many(error.retry_after_seconds) from None
    if settings.API_RATE is not None:
        counts = counts_of("address", networks, settings.API_RATE)
        wait = attempts.refusal(counts, Limit.API_RATE)
        if wait is not None:
            raise _too_many(wait)
    entry = await database.run(_find, scope)
    if entry is None:
        failures.count(networks)
        raise RequestRefusedError(
            HTTPStatus.NOT_FOUND, "not_found", "There is nothing here that you may see."
        )
    return entry


def _require_our_origin(scope: Scope) -> None:
    origin = origins.header(scope["headers"], b"origin")
    if origin and not origins.is_origin_allowed(origin, public_origin=origins.public_origin(scope)):
        raise RequestRefusedError(
            HTTPStatus.FORBIDDEN,
            "origin_refused",
            "Pages of this origin may not use the API. ALLOWED_ORIGINS lists those that may.",
        )


def _too_many(wait: float | None) -> RequestRefusedError:
    status = HTTPStatus.TOO_MANY_REQUESTS
    return RequestRefusedError(status, "throttled", "Too many requests.", wait or 1)


def _find(scope: Scope) -> Entry | None:
    scheme, _, value = (origins.header(scope["headers"], b"authorization") or "").partition(" ")
    if scheme.lower() == "token":
        return _by_token(value, scope)
    if scheme.lower() == "camera":
        return _by_camera(value)
    access = Access()
    if scheme.lower() == "session":
        access = Access(edit_key=links.find_edit_key(value))
    elif scheme.lower() == "share":
        access = Access(share=value[:MAX_SHARE_LENGTH])
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    scene_session = living.filter(**scene_filter(access)).first()
    if scene_session is None:
        return None
    sign_in = SignIn(session_key=cookies.session_key(scope))
    principal = principals_now([sign_in]).get(sign_in, ANYONE)
    grant = role_of(access, scene_session, principal)
    return Entry(scene_session.pk, grant) if grant else None


def _by_token(value: str, scope: Scope) -> Entry | None:
    token = Token.objects.select_related("user").filter(key=value, user__is_active=True).first()
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session", [""])[0]
    if token is None or not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    reach = sessions_within_reach(signed_in(token.user)).filter(pk=int(asked))
    found = reach.exclude(state=SceneSession.State.CLOSED).first()
    return Entry(found.pk, Grant(Role.OWNER)) if found else None


def _by_camera(value: str) -> Entry | None:
    scene_session_id = scene_of_pass(value)
    return Entry(scene_session_id, Grant(Role.VIEWER)) if scene_session_id else None


async def send_problem(
    send: Send,
    status: HTTPStatus,
    code: str,
    text: str,
    *,
    retry_after_seconds: float | None = None,
) -> None:
    """Refuse a request in the API's form of a problem, and close its connection."""
    body: dict[str, Any] = {
        "type": f"urn:hello3d:problem:{code}",
        "title": status.phrase,
        "status": int(status),
        "detail": text,
        "code": code,
    }
    headers = {"connection": "close"}
    if retry_after_seconds is not None:
        body["retryAfterSeconds"] = round(retry_after_seconds)
        headers["retry-after"] = f"{retry_after_seconds:.0f}"
    await send_json(send, status, body, headers, media_type="application/problem+json")


async def send_json(
    send: Send,
    status: HTTPStatus,
    body: dict[str, Any],
    headers: dict[str, str] | None = None,
    *,
    media_type: str = "application/json",
) -> None:
    """Respond with JSON, which is never cached."""
    content = json.dumps(body).encode()
    sent = {
        "content-type": media_type,
        "content-length": str(len(content)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **(headers or {}),
    }
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": int(status), "headers": pairs})
    await send({"type": "http.response.body", "body": content})
