"""What a stranger may send to uvicorn, and leave unread, before an application looks at it."""

import contextlib
import json
import socket
import time
from collections.abc import Callable

import psutil
import pytest

from hello3d.server import connections, http_protocol
from hello3d.server.http_protocol import MAX_PIPELINED
from tests.support.attacks import largest_file
from tests.support.connections import (
    MIB,
    answers,
    await_true,
    connected,
    is_closed,
    send_much,
    slow_reader,
    was_cut,
)
from tests.support.http import get
from tests.support.requests import opening
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.requirement("C6")

GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
LINE = b"X-A: " + 8000 * b"a" + b"\r\n"


# Heads and bodies


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (GET, LINE),
        (GET + b"X-A: ", 8000 * b"a"),
        (GET, 1000 * b"a:\r\n"),
        (b"GET /", 8000 * b"a"),
        (b"", 8000 * b"\r\n"),
        (GET + b"\r\n", 8000 * b"\r\n"),
        (CHUNKED + b"0\r\n", LINE),
        (CHUNKED + b"0\r\nX-A: ", 8000 * b"a"),
        (CHUNKED, 2000 * b"1\r\n \r\n"),
        (CHUNKED, 1000 * (b"1;" + 80 * b"a" + b"\r\n \r\n")),
        (CHUNKED + b"1;", 8000 * b"a"),
    ],
    ids=[
        "headers",
        "a header",
        "small headers",
        "an address",
        "empty lines",
        "empty lines between requests",
        "trailers",
        "a trailer",
        "small chunks",
        "chunks with extensions",
        "an extension",
    ],
)
def test_what_is_no_body_and_does_not_end_is_refused(
    shared_server: ServerProcess, beginning: bytes, piece: bytes
) -> None:
    with connected(shared_server.port) as connection:
        connection.sendall(beginning)
        taken = send_much(connection, piece, 40 * MIB, seconds=20)
        assert is_closed(connection)
    assert taken < 20 * MIB  # what the kernels hold between us is the most of it


def test_a_refused_head_is_told_its_limits(shared_server: ServerProcess) -> None:
    for much, told in (
        (1000 * b"A: b\r\n" + b"\r\n", b"200 header fields"),
        (9 * LINE, b"65536 bytes"),
    ):
        with connected(shared_server.port) as connection:
            connection.sendall(GET + much)
            answer = b""
            while told not in answer:
                piece = connection.recv(4096)
                assert piece, answer
                answer += piece
        assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_head_that_is_large_but_ends_is_served(shared_server: ServerProcess) -> None:
    with connected(shared_server.port) as connection:
        for _ in range(5):  # each head is counted by itself
            connection.sendall(GET + 2 * LINE + LINE[:4000])
            time.sleep(0.1)  # it is counted while it is not whole
            connection.sendall(LINE[4000:] + 2 * LINE + b"\r\n")
            answer = b""
            while not answer.endswith(b"alive\n"):
                piece = connection.recv(65536)
                assert piece, answer  # else it was cut
                answer += piece
            assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_in_many_pieces_is_no_head(shared_server: ServerProcess, is_chunked: bool) -> None:
    with connected(shared_server.port) as connection:
        head = CHUNKED if is_chunked else POST + JSON + b"Content-Length: 200000\r\n\r\n"
        piece = 1000 * b" "
        connection.sendall(head)
        for _ in range(200):
            connection.sendall(b"3e8\r\n" + piece + b"\r\n" if is_chunked else piece)
        connection.sendall(b"0\r\nX-A: b\r\n\r\n" if is_chunked else b"")
        assert answers(connection, 1) == [b"HTTP/1.1 400 Bad Request"]  # it is not JSON


@pytest.mark.requirement("N10")
@pytest.mark.parametrize("at_once", [True, False])
def test_an_offer_of_another_protocol_is_ignored(
    shared_server: ServerProcess, at_once: bool
) -> None:
    """Java's own client makes one with its first request."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
    accept = b"Accept: application/json, text/event-stream\r\n"
    body = json.dumps(opening()).encode()
    head = POST + JSON + accept + offer + b"Content-Length: %d\r\n\r\n" % len(body)
    with connected(shared_server.port) as connection:
        for piece in (head + body,) if at_once else (head, body):
            connection.sendall(piece)
        assert answers(connection, 1) == [b"HTTP/1.1 200 OK"]


def test_a_trailer_is_no_header(shared_server: ServerProcess) -> None:
    origin = b"Origin: http://evil.example\r\n"
    for request, status in (
        (CHUNKED.replace(JSON, JSON + origin) + b"0\r\n\r\n", b"403 Forbidden"),
        (CHUNKED + b"0\r\n" + origin + b"\r\n", b"400 Bad Request"),
    ):
        with connected(shared_server.port) as connection:
            connection.sendall(request)
            assert answers(connection, 1) == [b"HTTP/1.1 " + status]


# Several requests on one connection


def test_requests_may_come_before_the_answer_but_not_any_number(
    shared_server: ServerProcess,
) -> None:
    number = MAX_PIPELINED
    for sent, served in ((number, number), (7000, 0)):
        with connected(shared_server.port) as connection:
            with contextlib.suppress(OSError):  # cut in the middle
                connection.sendall(sent * (GET + b"\r\n"))
            assert len(answers(connection, sent)) == served


def test_a_body_behind_an_unanswered_request_is_not_kept(shared_server: ServerProcess) -> None:
    with connected(shared_server.port) as connection:
        body = b"Content-Length: 100000\r\n\r\n" + 100_000 * b" "
        connection.sendall(GET.replace(b"healthz", b"readyz") + b"\r\n" + POST + JSON + body)
        assert answers(connection, 2) == []


def test_no_socket_opens_behind_an_unanswered_request(shared_server: ServerProcess) -> None:
    with connected(shared_server.port) as connection:
        upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        proof = b"Origin: http://127.0.0.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        first = GET.replace(b"healthz", b"readyz") + b"\r\n"
        connection.sendall(first + GET.replace(b"/healthz", b"/ws/scene/") + upgrade + proof)
        assert answers(connection, 2) == []


# Time


def test_a_head_must_come_in_time(strict_server: ServerProcess) -> None:
    assert http_protocol.HEAD_WITHIN_SECONDS == 15
    port = strict_server.port
    with connected(port) as silent, connected(port) as slow, connected(port) as idle:
        with connected(port) as refused:
            refused.sendall(POST + JSON + b"Content-Length: 2000000\r\n\r\n")
            assert answers(refused, 1)[0].startswith(b"HTTP/1.1 413 ")
            slow.sendall(GET)
            idle.sendall(GET + b"\r\n")
            assert answers(idle, 1) == [b"HTTP/1.1 200 OK"]
            for piece, connection in ((b"X-A: a\r\n", slow), (b"\r\n", idle), (b" ", refused)):
                await_true(_sends_in_vain(connection, piece))
        assert is_closed(silent)


def _sends_in_vain(connection: socket.socket, piece: bytes) -> Callable[[], bool]:
    def is_cut_off() -> bool:
        try:
            connection.sendall(piece)
        except OSError:
            return True
        return False

    return is_cut_off


# Connections, and what is not read


def test_an_address_has_so_many_connections(strict_server: ServerProcess) -> None:
    most = connections.MAX_CONNECTIONS_OF_AN_ADDRESS
    process = psutil.Process(strict_server.pid)

    def held() -> int:
        return len(process.net_connections(kind="tcp")) - 1  # one listens

    await_true(lambda: held() == 0)
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(connected(strict_server.port)) for _ in range(most + 50)]
        for connection in made:
            with contextlib.suppress(OSError):
                connection.sendall(GET + b"\r\n")  # else it would not be kept for long
        await_true(lambda: sum(map(was_cut, made)) == 50)
        assert held() == most
    await_true(lambda: held() == 0)
    with connected(strict_server.port) as connection:
        connection.sendall(GET + b"\r\n")
        assert answers(connection, 1) == [b"HTTP/1.1 200 OK"]


@pytest.mark.parametrize("kind", ["a file", "a page"])
def test_what_an_address_does_not_read_is_bounded_and_the_longest_unread_goes(
    strict_server: ServerProcess, kind: str
) -> None:
    path, number = (largest_file(), 40) if kind == "a file" else ("/api/schema/?format=json", 12)
    assert get(strict_server.url + path).status_code == 200
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        made = [
            stack.enter_context(slow_reader("127.0.0.1", strict_server.port)) for _ in range(number)
        ]
        for connection in made:
            connection.sendall(request)
        await_true(lambda: any(map(was_cut, made)))
        wholes = [read_to_end(connection) for connection in reversed(made)]
        whole = next(filter(None, wholes))
    head, _, body = whole.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}\r\n" in f"{head.decode().lower()}\r\n"


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes; nothing where the connection is cut."""
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        return b""
    return b"".join(pieces)


def test_an_address_that_was_cut_off_too_often_has_to_wait(strict_server: ServerProcess) -> None:
    port = strict_server.port

    def is_let_in(own: str) -> bool:
        """Ask for health from an address of this machine."""
        with contextlib.suppress(OSError), connected(port, own) as connection:
            connection.sendall(GET + b"\r\n")
            return answers(connection, 1) == [b"HTTP/1.1 200 OK"]
        return False

    for _ in range(connections.OFFENSES.calls):
        assert is_let_in("127.0.0.2")
        with connected(port, "127.0.0.2") as connection:
            connection.sendall(2 * MAX_PIPELINED * (GET + b"\r\n"))
            assert is_closed(connection)
    assert not is_let_in("127.0.0.2")
    assert is_let_in("127.0.0.3")
