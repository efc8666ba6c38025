"""Principals of page requests, and the sign-ins that join codes leave in a browser."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from sessions_app import clock
from sessions_app.people.principals import ANYONE, Principal, signed_in
from sessions_app.people.sign_ins import JOINED_KEY, SignIn, principals_now

JOINED_FOR = timedelta(hours=12)
MAX_JOINED = 20

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def principal_of(request: HttpRequest) -> Principal:
    """Return the request's principal; `ANYONE` if nobody is signed in."""
    if request.user.is_authenticated:
        return signed_in(request.user)
    sign_in = SignIn(session_key=request.session.session_key or "")
    return principals_now([sign_in]).get(sign_in, ANYONE)


def sign_in_required(*, by_code: bool = False) -> Callable[[View[P]], View[P]]:
    """Redirect to the sign-in page and back if nobody is signed in; only while sign-in is on.

    Args:
        by_code: whether it is enough that a join code opened a scene in this browser.
    """

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if settings.MCP_ENABLE_MULTI_USER and not _may_see(request, by_code=by_code):
                is_read = request.method in ("GET", "HEAD")
                return redirect_to_login(request.get_full_path() if is_read else reverse("page"))
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def _may_see(request: HttpRequest, *, by_code: bool) -> bool:
    return request.user.is_authenticated or (by_code and bool(principal_of(request).joined))


def join(request: HttpRequest, scene_session_id: int, user: User) -> None:
    """Grant this browser one scene of this user for twelve hours, and nothing else of theirs."""
    session = request.session
    joined: dict[str, Any] = session.get(JOINED_KEY, {})
    others = {user_id for user_id, _, _ in joined.values()} | {request.user.pk}
    if others - {user.pk, None} or not session.session_key or not joined:
        session.cycle_key()  # earlier holders of the key must not gain access
    until = (clock.now() + JOINED_FOR).timestamp()
    joined.pop(str(scene_session_id), None)
    joined[str(scene_session_id)] = [user.pk, user.get_session_auth_hash(), until]
    session[JOINED_KEY] = dict(list(joined.items())[-MAX_JOINED:])
    if not request.user.is_authenticated:
        session.set_expiry(JOINED_FOR)
