"""Cookies as the database can look for them."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def leave_out_nul(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Leave out cookies with a NUL, which a quoted one may hold: PostgreSQL fails on it."""

    async def answer(request: HttpRequest) -> Any:
        _clean(request)
        awaited: Awaitable[Any] = get_response(request)
        return await awaited

    def answer_at_once(request: HttpRequest) -> Any:
        _clean(request)
        return get_response(request)

    return answer if iscoroutinefunction(get_response) else answer_at_once


def _clean(request: HttpRequest) -> None:
    for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
        del request.COOKIES[name]
