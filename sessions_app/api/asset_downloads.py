"""`GET /assets/<id>`: serves an asset to those who may see its scene."""

import asyncio
from collections.abc import Iterator
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from sessions_app.api.asset_access import RequestRefusedError, entry_of, send_problem
from sessions_app.assets.errors import AssetUnknownError
from sessions_app.assets.files import file_pieces
from sessions_app.assets.keeping import asset_find
from sessions_app.models import Asset
from sessions_app.storage import database
from sessions_app.web import origins
from sessions_app.web.root_path import own_path

# Bounds the pieces that are read and not sent yet.
READS_AT_ONCE = 16
_TYPES = {"model": "model/gltf-binary"}


class AssetDownloads:
    """An ASGI application. An id always means the same bytes, so browsers keep them."""

    def __init__(self) -> None:
        self._reads = asyncio.Semaphore(READS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        try:
            entry = await entry_of(scope, "GET", "HEAD")
            public_id = own_path(scope).removeprefix("/assets/")
            asset = await database.run(asset_find, entry.scene_session_id, public_id)
        except RequestRefusedError as error:
            wait = error.retry_after_seconds
            await send_problem(send, error.status, error.code, str(error), retry_after_seconds=wait)
        except AssetUnknownError as error:
            await send_problem(send, HTTPStatus.NOT_FOUND, error.code, str(error))
        else:
            await self._serve(asset, scope, send)

    async def _serve(self, asset: Asset, scope: Scope, send: Send) -> None:
        tag = f'"{asset.public_id}"'
        is_known = origins.header(scope["headers"], b"if-none-match") == tag
        headers = {
            "content-type": _TYPES[asset.file.kind],
            "content-length": str(asset.file.size),
            "content-disposition": "attachment",
            "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "private, max-age=31536000, immutable",
            "vary": "Authorization, Cookie",
            "etag": tag,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
        if is_known:
            del headers["content-length"]
        scope.get("state", {})["comes_in_pieces"] = True
        status = HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": int(status), "headers": sent})
        if scope["method"] == "GET" and not is_known:
            await self._send_pieces(file_pieces(asset.file.path), send)
        await send({"type": "http.response.body", "body": b""})

    async def _send_pieces(self, pieces: Iterator[bytes], send: Send) -> None:
        piece: bytes | None = b""
        while piece is not None:
            # An empty piece waits until there is room; only then is the next one read.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            async with self._reads:
                piece = await asyncio.to_thread(next, pieces, None)
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
