"""`POST /api/assets/`: takes a model in, streaming to a file without a name, and checks it."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Iterator
from http import HTTPStatus
from typing import IO, TypeVar
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send

from sessions_app.api.asset_access import (
    Entry,
    RequestRefusedError,
    entry_of,
    send_json,
    send_problem,
)
from sessions_app.assets import node
from sessions_app.assets.errors import (
    AssetLimitError,
    AssetRefusedError,
    AssetUnknownError,
    CheckerMissingError,
)
from sessions_app.assets.files import MAX_BYTES, temporary_file
from sessions_app.assets.importing import shown, source_keep
from sessions_app.assets.keeping import require_room
from sessions_app.errors import SceneSessionClosedError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models.roles import Right
from sessions_app.scene.errors import SceneError
from sessions_app.storage import database
from sessions_app.web import origins

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Between two pieces, and of a whole body.
SILENT_SECONDS = 20.0
BODY_WITHIN_SECONDS = 900.0
AT_ONCE = 8
AT_ONCE_OF_ADDRESS = 2
_RETRY_AFTER_SECONDS = 10
_STATUS = {
    AssetRefusedError.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    AssetLimitError.code: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AssetUnknownError.code: HTTPStatus.CONFLICT,
    CheckerMissingError.code: HTTPStatus.NOT_IMPLEMENTED,
    SceneSessionClosedError.code: HTTPStatus.CONFLICT,
}


class _GoneError(Exception):
    """The client has gone."""


class AssetUploads:
    """An ASGI application. It holds no more of a body in memory than a piece."""

    def __init__(self) -> None:
        self._in_flight: list[frozenset[str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            entry = await entry_of(scope, "POST")
            _require_editor(entry)
            with self._place(scope):
                status, body = await self._take(entry, scope, receive)
        except _GoneError:
            return
        except RequestRefusedError as error:
            wait = error.retry_after_seconds
            await send_problem(send, error.status, error.code, str(error), retry_after_seconds=wait)
        except OSError:
            logger.exception("a model cannot be stored")
            text = "The server cannot store files at the moment: send this again later."
            await send_problem(send, HTTPStatus.INSUFFICIENT_STORAGE, "unavailable", text)
        except SceneError as error:
            status = _STATUS.get(error.code, HTTPStatus.SERVICE_UNAVAILABLE)
            wait = error.retry_after_seconds
            await send_problem(send, status, error.code, str(error), retry_after_seconds=wait)
        else:
            await send_json(send, status, body)

    @contextlib.contextmanager
    def _place(self, scope: Scope) -> Iterator[None]:
        """Reserve one of the uploads at once, in all and of an address."""
        networks = origins.networks_of(origins.client_address(scope))
        names = frozenset(network.name for network in networks[:1])
        alike = sum(1 for others in self._in_flight if names & others)
        if len(self._in_flight) >= AT_ONCE or alike >= AT_ONCE_OF_ADDRESS:
            refusals.note(Limit.BODY_BYTES_PER_ADDRESS if alike else Limit.BODY_BYTES)
            text = "Too many files are on their way: send this again a little later."
            status = HTTPStatus.TOO_MANY_REQUESTS
            raise RequestRefusedError(status, "throttled", text, _RETRY_AFTER_SECONDS)
        self._in_flight.append(names)
        try:
            yield
        finally:
            self._in_flight.remove(names)

    async def _take(
        self, entry: Entry, scope: Scope, receive: Receive
    ) -> tuple[HTTPStatus, dict[str, object]]:
        declared = origins.header(scope["headers"], b"content-length") or ""
        size = int(declared) if declared.isdecimal() and len(declared) < 16 else 0
        _require_size(size)
        if node.program() is None:
            raise CheckerMissingError
        await database.run(require_room, entry.scene_session_id, 0)
        name = unquote(origins.header(scope["headers"], b"x-file-name") or "")
        file = await asyncio.to_thread(temporary_file)
        with file:
            source = await _write(file, receive)
            kept = source_keep(entry.scene_session_id, file, source=source, name=name)
            asset, is_new = await _while_there(kept, receive)
        logger.info("a model was taken in", extra={"scene": entry.scene_session_id})
        return HTTPStatus.CREATED if is_new else HTTPStatus.OK, shown(asset)


def _require_editor(entry: Entry) -> None:
    if not entry.grant.allows(Right.EDIT):
        text = "This link lets you look at the scene, not change it."
        raise RequestRefusedError(HTTPStatus.FORBIDDEN, "permission_denied", text)


def _require_size(size: int) -> None:
    if size > MAX_BYTES:
        refusals.note(Limit.REQUEST_SIZE)
        text = f"The file is larger than {MAX_BYTES >> 20} MB, the limit."
        raise RequestRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", text)


async def _write(file: IO[bytes], receive: Receive) -> str:
    """Write a body to a file; return its SHA-256."""
    digest, size = hashlib.sha256(), 0
    async for piece in _pieces(receive):
        size += len(piece)
        _require_size(size)
        digest.update(piece)
        await asyncio.to_thread(file.write, piece)
    await asyncio.to_thread(file.flush)
    if not size:
        text = "The body is empty: send the file's bytes."
        raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "invalid", text)
    return digest.hexdigest()


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    ends_at = asyncio.get_running_loop().time() + BODY_WITHIN_SECONDS
    more = True
    while more:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(ends_at, now + SILENT_SECONDS)):
                message = await receive()
        except TimeoutError:
            text = "The file did not arrive in time."
            raise RequestRefusedError(HTTPStatus.REQUEST_TIMEOUT, "too_slow", text) from None
        if message["type"] == "http.disconnect":
            raise _GoneError
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _while_there(work: Awaitable[T], receive: Receive) -> T:
    """Return what work returns; end it if the client goes.

    Raises:
        _GoneError: it has gone.
    """
    working = asyncio.ensure_future(work)
    going = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, going}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise _GoneError
        return working.result()
    finally:
        going.cancel()
        working.cancel()
        await asyncio.gather(going, working, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
