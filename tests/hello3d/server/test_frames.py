"""Frames of sockets that are no messages, or are not finished."""

import contextlib

import pytest

from hello3d.server import socket_protocol
from sessions_app.limits import browser_limits
from tests.support.connections import (
    CLOSE,
    MIB,
    PIECE,
    PING,
    PONG,
    SHARE_BYTES,
    TEXT,
    await_true,
    frame,
    is_closed,
    send_much,
    upgraded,
    was_cut,
)
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.requirement("C6")

EMPTY_PIECE = frame(PIECE, is_last=False)
FLOODS = {
    "empty pieces": (frame(TEXT, is_last=False), EMPTY_PIECE),
    "pieces of a byte": (frame(TEXT, b"a", is_last=False), frame(PIECE, b"a", is_last=False)),
    "pongs": (b"", frame(PONG)),
    "large pongs": (b"", frame(PONG, 125 * b"p")),
    "pings": (b"", frame(PING)),
    "large pings": (b"", frame(PING, 125 * b"p")),
    "pieces and pongs": (frame(TEXT, is_last=False), EMPTY_PIECE + frame(PONG)),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_socket_without_messages_is_cut(
    shared_server: ServerProcess, flood: tuple[bytes, bytes]
) -> None:
    beginning, piece = flood
    with upgraded("127.0.0.1", shared_server.port) as connection:
        connection.sendall(beginning)
        taken = send_much(connection, 500 * piece, 40 * MIB, seconds=20)
        assert is_closed(connection)
    assert taken < MIB  # what one read brings, and what the kernels hold


@pytest.mark.parametrize("path", ["/ws/scene/", "/ws/staff/"])
@pytest.mark.parametrize("piece", [frame(TEXT), frame(PONG)], ids=["messages", "pongs"])
def test_after_its_close_a_socket_is_not_read_for_long(
    strict_server: ServerProcess, path: str, piece: bytes
) -> None:
    with upgraded("127.0.0.1", strict_server.port, path) as connection:
        for _ in range(3):
            connection.sendall(frame(TEXT, b"{}"))
        received = b""
        while frame(CLOSE)[0] not in received:
            received += connection.recv(4096)
        taken = send_much(connection, 500 * piece, 40 * MIB, seconds=20)
        assert is_closed(connection)
    assert taken < MIB


def test_a_close_that_is_not_answered_ends_the_connection(shared_server: ServerProcess) -> None:
    assert socket_protocol.CLOSE_WITHIN_SECONDS == 2
    with upgraded("127.0.0.1", shared_server.port, "/ws/staff/") as connection:
        assert is_closed(connection)


def test_a_message_may_come_in_as_many_pieces_as_networks_make_of_it(
    shared_server: ServerProcess,
) -> None:
    count = browser_limits.FRAMES_AT_ONCE - 10
    size = browser_limits.MAX_MESSAGE_BYTES // count
    piece = frame(PIECE, size * b" ", is_last=False)
    with upgraded("127.0.0.1", shared_server.port) as connection:
        connection.sendall(frame(TEXT, b'{"type":', is_last=False) + count * piece)
        connection.sendall(frame(PIECE, b'"heartbeat"}'))
        assert b"bad_message" in connection.recv(4096)


@pytest.mark.parametrize(
    ("beginning", "source"),
    [
        pytest.param(frame(TEXT, 200_000 * b"a", is_last=False), "127.0.0.3", id="unfinished"),
        pytest.param(frame(TEXT, 200_000 * b"a")[:-1], "127.0.0.4", id="half a frame"),
    ],
)
def test_unfinished_messages_have_a_share_of_an_address(
    strict_server: ServerProcess, beginning: bytes, source: str
) -> None:
    fit = SHARE_BYTES // 200_000
    with contextlib.ExitStack() as stack:
        made = [
            stack.enter_context(upgraded("127.0.0.1", strict_server.port, source=source))
            for _ in range(fit + 1)
        ]
        for connection in made:
            with contextlib.suppress(ConnectionError):  # it may be cut before it has sent all
                connection.sendall(beginning)
        await_true(lambda: any(map(was_cut, made)))
        assert sum(map(was_cut, made)) == 1
