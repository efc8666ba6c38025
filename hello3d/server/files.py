"""Serves the files that pages load, in pieces: Django would read each whole for every request."""

import asyncio
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from starlette.types import ASGIApp, Receive, Scope, Send

from hello3d.static_files import PublishedFiles
from sessions_app.web.root_path import own_path

# What a peer that does not read has the process keep.
PIECE_BYTES = 32 * 1024
# Pieces that are read and not sent yet, however many ask at once.
READS_AT_ONCE = 16
# Of a request, what decides the answer; in the words of WSGI, which WhiteNoise speaks.
_ASKED = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}


class Files:
    """Answers requests for published files; all others are passed on."""

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
        if file is None or not await self._is_served(file, scope, send):
            await self._application(scope, receive, send)

    async def _is_served(self, file: Any, scope: Scope, send: Send) -> bool:
        """Answer, unless the file is gone."""
        asked = _asked(scope)
        is_get = scope["method"] == "GET"
        # To HEAD it answers the same and opens nothing: a file that waits to be read is closed.
        found = file.get_response("HEAD" if is_get else scope["method"], asked)
        headers = dict(found.headers)
        first, end = _span(headers) if is_get and found.status in (200, 206) else (0, 0)
        path, _ = file.get_path_and_headers(asked)
        scope.get("state", {})["comes_in_pieces"] = True
        async with self._reads:
            try:
                piece = await _piece(path, first, end)
            except OSError:
                return False
            sent = [*_encoded(headers), *self._secured]
            status = int(found.status)
            await send({"type": "http.response.start", "status": status, "headers": sent})
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        for start in range(first + PIECE_BYTES, end, PIECE_BYTES):
            # An empty piece waits until there is room: the next one is not read before.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            async with self._reads:
                piece = await _piece(path, start, end)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return True


def _asked(scope: Scope) -> dict[str, str]:
    asked: dict[str, str] = {}
    for header, value in scope["headers"]:
        if name := _ASKED.get(header):
            text = value.decode("latin-1")
            asked[name] = f"{asked[name]},{text}" if name in asked else text
    return asked


def _span(headers: Mapping[str, str]) -> tuple[int, int]:
    """Where in the file the answer begins and ends."""
    span = headers.get("Content-Range", "bytes 0-").removeprefix("bytes ")
    first = int(span.partition("-")[0])
    return first, first + int(headers["Content-Length"])


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


async def _piece(path: str, start: int, end: int) -> bytes:
    """The first piece of what lies from `start` to `end`."""
    size = min(end - start, PIECE_BYTES)
    return await asyncio.to_thread(_read, path, start, size) if size else b""


def _read(path: str, start: int, size: int) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 # WhiteNoise's paths are strings
        file.seek(start)
        return file.read(size)
