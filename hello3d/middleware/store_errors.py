"""The response of pages while a store is locked or down; the API has its own."""

import math
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from hello3d.middleware.cookies import RenamedSessionMiddleware
from sessions_app.errors import StoreError
from sessions_app.limits.rates import TooBusyError
from sessions_app.storage.errors import refused
from sessions_app.web.content_security import set_policy

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
    again = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    text = render_to_string("unavailable.html", {"seconds": seconds, "again": again})
    response = HttpResponse(text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(seconds)
    set_policy(response, secrets.token_urlsafe(16))
    return response
