"""Sanitizes cookies, and takes over sessions whose cookie has its old name."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from sessions_app.web.cookies import OLD_SESSION, parsed


@sync_and_async_middleware
def leave_out_nul(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Drop cookies with a NUL (possible in quoted ones), which PostgreSQL rejects."""

    async def answer(request: HttpRequest) -> Any:
        _clean(request)
        awaited: Awaitable[Any] = get_response(request)
        return await awaited

    def answer_at_once(request: HttpRequest) -> Any:
        _clean(request)
        return get_response(request)

    return answer if iscoroutinefunction(get_response) else answer_at_once


def _clean(request: HttpRequest) -> None:
    found = parsed(request.META.get("HTTP_COOKIE", ""))
    request.COOKIES = {name: value for name, value in found.items() if "\0" not in value}


class RenamedSessionMiddleware(SessionMiddleware):
    """Continues a session whose cookie has the previous release's name under the new name."""

    def process_request(self, request: HttpRequest) -> None:
        name, old = settings.SESSION_COOKIE_NAME, request.COOKIES.get(OLD_SESSION, "")
        # Another program on this host may use that name; its sessions are not ours.
        taken_over = old and name not in request.COOKIES and self.SessionStore().exists(old)
        if taken_over:
            request.COOKIES[name] = old
        super().process_request(request)
        if taken_over:
            request.session.modified = True  # so that the cookie is set

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Delete the old cookie when its session ends, as on sign-out."""
        response = super().process_response(request, response)
        old = request.COOKIES.get(OLD_SESSION)
        is_ours = old and old == request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if is_ours and request.session.session_key != old:
            response.delete_cookie(OLD_SESSION, samesite=settings.SESSION_COOKIE_SAMESITE)
        return response
