"""Answers of the paths that are served before Django: plain text, never stored by anyone."""

from http import HTTPStatus

from starlette.types import Scope, Send

TEXT = "text/plain; charset=utf-8"


async def answer(
    scope: Scope, send: Send, status: HTTPStatus, text: str, *, content_type: str = TEXT
) -> None:
    """Answer GET and HEAD so; refuse other methods."""
    if scope["method"] not in ("GET", "HEAD"):
        status, text, content_type = HTTPStatus.METHOD_NOT_ALLOWED, "GET or HEAD", TEXT
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": sent})
