"""Bodies of requests: bounded in size, declared or not, in time, and in what all of them hold."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any

import httpx2
import psutil
import pytest

from hello3d.asgi import application
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.web import bodies
from tests.conftest import StartServer
from tests.support.connections import await_true
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]

PATHS = ("/scenes/", "/admin/login/", "/api/sessions/")
PIECE = b"x" * 64 * 1024


def http() -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=application)
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_is_taken_in_up_to_its_limit(path: str, declared: bool) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10 * bodies.MAX_BODY_BYTES:
            taken += len(PIECE)
            yield PIECE

    refusals.take()
    headers = {"content-length": str(bodies.MAX_BODY_BYTES + 1)} if declared else {}
    async with http() as client:
        answer = await client.post(path, content=endless(), headers=headers)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "1048576 bytes" in answer.text
    assert taken <= (0 if declared else bodies.MAX_BODY_BYTES + 2 * len(PIECE))
    assert [limit for limit, _ in refusals.take()] == [Limit.REQUEST_SIZE]


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_WITHIN_SECONDS", 0.05)
    sent: list[Any] = []

    async def silent() -> Any:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/scenes/", "headers": [], "query_string": b""
    }  # fmt: skip
    await application(scope, silent, send)
    assert sent[0]["status"] == HTTPStatus.REQUEST_TIMEOUT


class Upload:
    """A request whose body comes in the pieces that a test sends, from the address that it says."""

    def __init__(self, path: str, address: str = "127.0.0.1", forwarded: str = "") -> None:
        self._scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": [
                (b"host", b"127.0.0.1"),
                (b"content-type", b"application/json"),
                (b"x-forwarded-for", forwarded.encode()),
            ],
            "query_string": b"",
            "client": (address, 50000),
        }
        self._pieces: asyncio.Queue[Any] = asyncio.Queue()
        self._waits = asyncio.Event()
        self._sent: list[Any] = []
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async def receive() -> Any:
            self._waits.set()
            return await self._pieces.get()

        async def send(message: Any) -> None:
            self._sent.append(message)

        await application(self._scope, receive, send)

    async def is_taken(self, piece: bytes) -> bool:
        """Have a piece come with more behind it; whether the rest is waited for."""
        await asyncio.wait_for(self._waits.wait(), WITHIN_SECONDS)
        self._waits.clear()
        self._pieces.put_nowait({"type": "http.request", "body": piece, "more_body": True})
        waits = asyncio.create_task(self._waits.wait())
        await asyncio.wait(
            [waits, self._task], timeout=WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        waits.cancel()
        return not self._task.done()

    async def end(self, piece: bytes = b"") -> int:
        """Have the last piece come; the answer's status."""
        self._pieces.put_nowait({"type": "http.request", "body": piece, "more_body": False})
        return await self.status()

    async def leave(self) -> None:
        """Have its sender go away."""
        self._pieces.put_nowait({"type": "http.disconnect"})
        await asyncio.wait_for(self._task, WITHIN_SECONDS)

    async def status(self) -> int:
        await asyncio.wait_for(self._task, WITHIN_SECONDS)
        return int(self._sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self._sent[0]["headers"])

    @property
    def text(self) -> str:
        return str(self._sent[1]["body"].decode())


@pytest.mark.parametrize("path", ["/mcp", "/scenes/"])
async def test_bodies_that_come_in_pieces_hold_so_much_together(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_HELD_BYTES", 2 * len(PIECE))
    refusals.take()
    first, second, surplus = Upload(path), Upload(path), Upload(path)
    assert await first.is_taken(PIECE)
    assert await second.is_taken(PIECE)
    assert not await surplus.is_taken(b"x")
    assert await surplus.status() == HTTPStatus.SERVICE_UNAVAILABLE
    assert surplus.headers[b"retry-after"] == b"15"
    assert surplus.headers[b"connection"] == b"close"
    assert "The server is busy taking in other requests: send this again in 15 s" in surplus.text
    assert [limit for limit, _ in refusals.take()] == [Limit.BODY_BYTES]
    in_one_piece = HTTPStatus.BAD_REQUEST if path == "/mcp" else HTTPStatus.FORBIDDEN
    assert await Upload(path).end(PIECE) == in_one_piece
    assert await second.end() == in_one_piece
    await first.leave()
    last = Upload(path)
    assert await last.is_taken(PIECE)
    assert await last.is_taken(PIECE)
    await last.leave()


async def leave(upload: Upload) -> None:
    await upload.leave()


async def end(upload: Upload) -> None:
    await upload.end()


async def be_too_large(upload: Upload) -> None:
    assert not await upload.is_taken(bodies.MAX_BODY_BYTES * b"x")


async def be_too_slow(upload: Upload) -> None:
    assert await upload.status() == HTTPStatus.REQUEST_TIMEOUT


async def find_no_room(upload: Upload) -> None:
    assert not await upload.is_taken(b"x")


@pytest.mark.parametrize("path", ["/mcp", "/scenes/"])
@pytest.mark.parametrize("finish", [leave, end, be_too_large, be_too_slow, find_no_room])
async def test_a_body_gives_back_what_it_held_however_it_ends(
    path: str, finish: Callable[[Upload], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_HELD_BYTES", len(PIECE))
    if finish is be_too_slow:
        monkeypatch.setattr(bodies, "BODY_WITHIN_SECONDS", 0.2)
    for _ in range(2):
        upload = Upload(path)
        assert await upload.is_taken(PIECE)
        await finish(upload)


@pytest.mark.parametrize("path", ["/mcp", "/scenes/"])
@pytest.mark.parametrize("finish", [leave, end, be_too_large, be_too_slow])
async def test_nothing_of_a_body_waits_for_the_garbage_collector(
    path: str, finish: Callable[[Upload], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if finish is be_too_slow:
        monkeypatch.setattr(bodies, "BODY_WITHIN_SECONDS", 0.2)
    gc.collect()
    gc.disable()
    try:
        upload = Upload(path)
        assert await upload.is_taken(PIECE)
        await finish(upload)
        assert not [one for one in gc.get_objects() if isinstance(one, bodies.IncomingBody)]
    finally:
        gc.enable()


async def test_the_bodies_of_one_address_keep_nobody_else_out(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(bodies, "MAX_HELD_BYTES_OF_AN_ADDRESS", len(PIECE))
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    proxied = [Upload("/mcp", "10.0.0.1", address) for address in ("203.0.113.8", "203.0.113.9")]
    shared = [Upload("/mcp", "127.0.0.1") for _ in range(2)]  # by RATE_SHARED_ADDRESSES
    let_in = [Upload("/mcp", "203.0.113.7"), *proxied, *shared]
    refused = [
        Upload("/mcp", "203.0.113.7"),
        Upload("/mcp", "10.0.0.1", "203.0.113.7"),
        Upload("/mcp", "10.0.0.1", "203.0.113.8"),
    ]
    assert [await upload.is_taken(PIECE) for upload in let_in] == [True] * len(let_in)
    refusals.take()
    for surplus in refused:
        assert not await surplus.is_taken(b"x")
        assert await surplus.status() == HTTPStatus.TOO_MANY_REQUESTS
        assert surplus.headers[b"retry-after"] == b"15"
        assert surplus.headers[b"connection"] == b"close"
        assert "from your address" in surplus.text
    assert {limit for limit, _ in refusals.take()} == {Limit.BODY_BYTES_PER_ADDRESS}
    for upload in let_in:
        await upload.leave()


class _Answer:
    """What comes back on a connection, as far as it has come."""

    def __init__(self, connection: socket.socket) -> None:
        self.received = b""
        self._connection = connection
        self._is_cut = False

    def is_cut(self) -> bool:
        self._connection.setblocking(False)
        try:
            while not self._is_cut:
                piece = self._connection.recv(4096)
                self.received += piece
                self._is_cut = not piece
        except BlockingIOError:
            pass
        except OSError:
            self._is_cut = True
        return self._is_cut


def test_a_crowd_of_slow_bodies_takes_little_memory_and_is_cut_off(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment={"RATE_SHARED_ADDRESSES": "203.0.113.0/24"})
    memory = psutil.Process(server.pid).memory_info
    before, crowd_size = memory().rss, 120
    head = (
        "POST /scenes/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {bodies.MAX_BODY_BYTES}\r\n\r\n"
    ).encode()
    with contextlib.ExitStack() as stack:
        answers = []
        for _ in range(crowd_size):
            one = socket.create_connection(("127.0.0.1", server.port), timeout=WITHIN_SECONDS)
            stack.callback(one.close)
            answers.append(_Answer(one))
            with contextlib.suppress(OSError):  # cut off in the middle
                one.sendall(head + (bodies.MAX_BODY_BYTES - 1) * b" ")
        fit = bodies.MAX_HELD_BYTES_OF_AN_ADDRESS // bodies.MAX_BODY_BYTES
        await_true(lambda: sum(answer.is_cut() for answer in answers) >= crowd_size - fit)
        assert memory().rss - before < crowd_size * bodies.MAX_BODY_BYTES // 2
    refused = [answer.received for answer in answers if answer.received]
    assert all(answer.startswith(b"HTTP/1.1 429") for answer in refused)
    assert len(refused) > crowd_size // 2
