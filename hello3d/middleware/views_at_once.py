"""Limits concurrent Django views, so that calls always get database connections."""

import threading
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_only_middleware

from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.storage import database

WAIT_SECONDS = 5

_room = threading.BoundedSemaphore(settings.VIEWS_AT_ONCE)


@sync_only_middleware
def bound_views(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Admit `VIEWS_AT_ONCE` requests; others wait up to 5 s on their own threads.

    The connection is released before the response is sent, because its reader may be slow.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not _room.acquire(timeout=WAIT_SECONDS):
            refusals.note(Limit.VIEWS)
            text = f"The server is busy: send this again in {WAIT_SECONDS} s\n"
            busy = HttpResponse(text, "text/plain", HTTPStatus.SERVICE_UNAVAILABLE)
            busy["Retry-After"] = str(WAIT_SECONDS)
            return busy
        try:
            return get_response(request)
        finally:
            database.release()
            _room.release()

    return answer
