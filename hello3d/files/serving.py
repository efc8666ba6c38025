"""Serves static files in chunks; Django would read each one whole for every request."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from starlette.types import ASGIApp, Receive, Scope, Send

from hello3d.files.storage import PublishedFiles
from sessions_app.web.root_path import own_path

# Memory per peer that does not read.
PIECE_BYTES = 32 * 1024
# Bounds the chunks that are read and not sent yet.
READS_AT_ONCE = 16
# The headers that determine the response, by their WSGI names for WhiteNoise.
_ASKED = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}


class Files:
    """Serves published files and passes other requests on."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._published = PublishedFiles()
        self._reads = asyncio.Semaphore(READS_AT_ONCE)
        self._secured = [  # as Django's SecurityMiddleware has it
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
            (b"cross-origin-opener-policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = await self._published.find(own_path(scope))
        if file is None:
            await self._application(scope, receive, send)
        else:
            await self._serve(file, scope, send)

    async def _serve(self, file: Any, scope: Scope, send: Send) -> None:
        asked = _asked(scope)
        is_get = scope["method"] == "GET"
        # HEAD gives the same headers without opening a file, so none is open while a peer reads.
        found = file.get_response("HEAD" if is_get else scope["method"], asked)
        headers = dict(found.headers)
        scope.get("state", {})["comes_in_pieces"] = True
        sent = [*_encoded(headers), *self._secured]
        status = int(found.status)
        await send({"type": "http.response.start", "status": status, "headers": sent})
        if is_get and found.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            path, _ = file.get_path_and_headers(asked)
            await self._send_pieces(path, _span(headers), send)
        await send({"type": "http.response.body", "body": b""})

    async def _send_pieces(self, path: str, span: range, send: Send) -> None:
        for start in range(span.start, span.stop, PIECE_BYTES):
            # An empty chunk waits until there is room; only then is the next one read.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            async with self._reads:
                size = min(PIECE_BYTES, span.stop - start)
                piece = await asyncio.to_thread(_read, path, start, size)
                await send({"type": "http.response.body", "body": piece, "more_body": True})


def _asked(scope: Scope) -> dict[str, str]:
    asked: dict[str, str] = {}
    for header, value in scope["headers"]:
        if name := _ASKED.get(header):
            text = value.decode("latin-1")
            asked[name] = f"{asked[name]},{text}" if name in asked else text
    return asked


def _span(headers: Mapping[str, str]) -> range:
    """Return the file's bytes to send."""
    span = headers.get("Content-Range", "bytes 0-").removeprefix("bytes ")
    first = int(span.partition("-")[0])
    return range(first, first + int(headers["Content-Length"]))


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


def _read(path: str, start: int, size: int) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 # WhiteNoise's paths are strings
        file.seek(start)
        return file.read(size)
