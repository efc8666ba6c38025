"""Plain-text responses without Django, never cached."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.types import Scope, Send

TEXT = "text/plain; charset=utf-8"


async def answer(
    scope: Scope, send: Send, status: HTTPStatus, text: str, *, content_type: str = TEXT
) -> None:
    """Respond to GET and HEAD with a text; refuse other methods."""
    if scope["method"] in ("GET", "HEAD"):
        await send_text(scope, send, status, text, content_type=content_type)
    else:
        await send_text(scope, send, HTTPStatus.METHOD_NOT_ALLOWED, "GET or HEAD")


async def send_text(
    scope: Scope,
    send: Send,
    status: HTTPStatus,
    text: str,
    *,
    content_type: str = TEXT,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Respond to a request of any method with a text."""
    body = f"{text}\n".encode()
    sent_headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *((name.encode(), value.encode()) for name, value in (headers or {}).items()),
    ]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        sent_headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": int(status), "headers": sent_headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": sent})
