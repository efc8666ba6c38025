"""The response of pages while a store is locked or down; the API has its own."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hello3d.middleware.cookies import RenamedSessionMiddleware
from sessions_app.errors import StoreError
from sessions_app.limits.rates import TooBusyError
from sessions_app.pages.errors import again_path
from sessions_app.pages.rendering import page_render
from sessions_app.storage.errors import refused

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class StoreErrorsMiddleware:
    """Turns a store's refusal in a view into a 503 with Retry-After."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        given = error if isinstance(error, TooBusyError) else refused(error)
        return None if given is None else _answer(request, given)


class SessionMiddleware(RenamedSessionMiddleware):
    """Does the same for sessions, which are loaded and stored outside of the views."""

    def __call__(self, request: HttpRequest) -> Any:
        try:
            return super().__call__(request)
        except Error as error:
            given = refused(error)
            if given is None:
                raise
            return _answer(request, given)


def _answer(request: HttpRequest, error: StoreError | TooBusyError) -> HttpResponse:
    """Render a page that needs no store, with a link to retry."""
    seconds = math.ceil(error.retry_after_seconds or 1)
    context = {"seconds": seconds, "again": again_path(request)}
    title, status = "Try again in a moment", HTTPStatus.SERVICE_UNAVAILABLE
    response = page_render(request, "unavailable.html", title, context, status=status)
    response["Retry-After"] = str(seconds)
    return response
