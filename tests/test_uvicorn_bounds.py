"""What a stranger may leave behind in uvicorn before any request of theirs is looked at."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from hello3d import uvicorn_bounds
from tests.conftest import StartServer
from tests.support.servers import ServerProcess
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.requirement("C6")

MIB = 1024 * 1024
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
PING = b"\x89\xfd\0\0\0\0" + 125 * b"p"


@contextlib.contextmanager
def connected(server: ServerProcess) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=WITHIN_SECONDS) as connection:
        yield connection


def send_much(connection: socket.socket, piece: bytes, size: int, *, seconds: float) -> int:
    """Send up to `size` bytes; how many were taken. Who reads none for a while takes no more."""
    end, taken = time.monotonic() + seconds, 0
    connection.settimeout(5)
    with contextlib.suppress(OSError):
        while taken < size and time.monotonic() < end:
            taken += connection.send(piece)
    return taken


def is_closed(connection: socket.socket) -> bool:
    connection.settimeout(WITHIN_SECONDS)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (HEAD, b"X-A: " + 8000 * b"a" + b"\r\n"),
        (HEAD + b"X-A: ", 8000 * b"a"),
        (b"GET /", 8000 * b"a"),
        (b"", 8000 * b"\r\n"),
        (CHUNKED, b"X-A: " + 8000 * b"a" + b"\r\n"),
        (CHUNKED + b"X-A: ", 8000 * b"a"),
    ],
    ids=["headers", "a header", "an address", "empty lines", "trailers", "a trailer"],
)
def test_a_head_that_does_not_end_is_refused(
    shared_server: ServerProcess, beginning: bytes, piece: bytes
) -> None:
    with connected(shared_server) as connection:
        connection.sendall(beginning)
        taken = send_much(connection, piece, 40 * MIB, seconds=20)
        assert is_closed(connection)
    assert taken < 20 * MIB  # what the kernels hold between us is the most of it


def test_a_head_that_is_large_but_ends_is_served(shared_server: ServerProcess) -> None:
    with connected(shared_server) as connection:
        for _ in range(5):  # each head is counted by itself
            connection.sendall(HEAD + b"X-A: " + 20_000 * b"a")
            time.sleep(0.1)  # it is counted while it is not whole
            connection.sendall(20_000 * b"a" + b"\r\n\r\n")
            answer = b""
            while not answer.endswith(b"alive\n"):
                piece = connection.recv(65536)
                assert piece, answer  # else it was cut
                answer += piece
            assert answer.startswith(b"HTTP/1.1 200")


def test_a_body_in_many_pieces_is_no_head(shared_server: ServerProcess) -> None:
    with connected(shared_server) as connection:
        head = b"Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
        connection.sendall(b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head)
        for _ in range(200):
            connection.sendall(1000 * b" ")
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")  # it is not JSON


def test_a_head_must_come_in_time(start_server: StartServer, database_url: str) -> None:
    assert uvicorn_bounds.HEAD_WITHIN_SECONDS == 15
    short = times({"hello3d.uvicorn_bounds.HEAD_WITHIN_SECONDS": 2.0})
    server = start_server(database_url, environment=short)
    with connected(server) as silent, connected(server) as slow:
        slow.sendall(HEAD)

        def is_cut_off() -> bool:
            try:
                slow.sendall(b"X-A: a\r\n")
            except OSError:
                return True
            return False

        await_true(is_cut_off)
        assert is_closed(slow)
        assert is_closed(silent)


def test_pings_that_nobody_reads_the_answers_of_are_not_answered(
    shared_server: ServerProcess,
) -> None:
    upgrade = (
        f"GET /ws/scene/ HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {shared_server.url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with connected(shared_server) as connection:
        connection.sendall(upgrade.encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 101")
        taken = send_much(connection, 500 * PING, 40 * MIB, seconds=8)
    assert taken < 20 * MIB


def test_an_address_has_so_many_connections(start_server: StartServer, database_url: str) -> None:
    server = start_server(database_url, environment={"RATE_SHARED_ADDRESSES": "203.0.113.0/24"})
    most = uvicorn_bounds.MAX_CONNECTIONS_OF_AN_ADDRESS

    def held() -> int:
        return len(psutil.Process(server.pid).net_connections(kind="tcp")) - 1  # one listens

    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(connected(server)) for _ in range(most + 50)]
        for one in made:
            one.setblocking(False)
        await_true(lambda: sum(map(was_cut, made)) == 50)
        assert held() == most
    await_true(lambda: held() == 0)
    with connected(server) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert connection.recv(1024).startswith(b"HTTP/1.1 200")


def was_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def await_true(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
