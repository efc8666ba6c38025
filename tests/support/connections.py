"""Connections to a server, byte by byte, and how they end."""

import contextlib
import re
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator

from tests.support.waiting import WITHIN_SECONDS

MIB = 1024 * 1024
# Of the strict server (tests/hello3d/server/conftest.py), what one address may have unfinished.
SHARE_BYTES = MIB // 2
_LINE = re.compile(rb"HTTP/1\.[01] \d{3}[^\r]*")
KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"


def connect(host: str, port: int, trust: str = "", *, source: str = "") -> socket.socket:
    """A connection, over TLS where `trust` is the file of the certificate to believe.

    `source` is the address of this machine that it comes from, where any will not do.
    """
    plain = socket.create_connection((host, port), WITHIN_SECONDS, (source, 0))
    return secured(plain, host, trust)


def secured(plain: socket.socket, host: str, trust: str) -> socket.socket:
    if not trust:
        return plain
    return ssl.create_default_context(cafile=trust).wrap_socket(plain, server_hostname=host)


def name_of(host: str, port: int, trust: str) -> str:
    """What stands in a Host header; the proxies of the tests are asked without their port."""
    return host if trust else f"{host}:{port}"


def slow_reader(host: str, port: int, trust: str = "") -> socket.socket:
    """A connection whose kernel takes in next to nothing that is not read."""
    reader = socket.socket()
    reader.settimeout(WITHIN_SECONDS)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    # As over a network: on loopback a packet has 64 KiB, and the sender's kernel takes megabytes.
    reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    reader.connect((host, port))
    return secured(reader, host, trust)


def upgraded(
    host: str, port: int, path: str = "/ws/scene/", trust: str = "", *, source: str = ""
) -> socket.socket:
    """An open WebSocket, before anything was said on it; little is on its way at a time."""
    connection = connect(host, port, trust, source=source)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
    name = name_of(host, port, trust)
    origin = f"https://{name}" if trust else f"http://{name}"
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {name}\r\nOrigin: {origin}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\n{KEY}\r\n".encode()
    )
    answer = b""
    # Byte by byte: what follows it, which may have come with it, is left to be read.
    while not answer.endswith(b"\r\n\r\n") and (byte := connection.recv(1)):
        answer += byte
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return connection


def frame(opcode: int, payload: bytes = b"", *, is_last: bool = True) -> bytes:
    """A WebSocket frame of a client; its mask is zero, so that the payload stands in it."""
    head = bytes([opcode | (0x80 if is_last else 0)])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + size.to_bytes(2, "big")
    else:
        head += b"\xff" + size.to_bytes(8, "big")
    return head + bytes(4) + payload


TEXT, PIECE, CLOSE, PING, PONG = 0x1, 0x0, 0x8, 0x9, 0xA


def send_much(connection: socket.socket, piece: bytes, size: int, *, seconds: float) -> int:
    """Send up to `size` bytes; how many were taken. Who reads none for a while takes no more."""
    end, taken = time.monotonic() + seconds, 0
    connection.settimeout(5)
    with contextlib.suppress(OSError):
        while taken < size and time.monotonic() < end:
            taken += connection.send(piece)
    return taken


def is_closed(connection: socket.socket) -> bool:
    """Read to the end; whether there is one."""
    connection.settimeout(WITHIN_SECONDS)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def was_cut(connection: socket.socket) -> bool:
    """Whether the other side has ended it by now, whatever there is to read before."""
    ended = select.poll()
    ended.register(connection, select.POLLRDHUP)
    return bool(ended.poll(0))


def answers(connection: socket.socket, number: int) -> list[bytes]:
    """The first lines of so many answers, or of fewer where the connection ends before."""
    received = b""
    with contextlib.suppress(OSError):
        while len(_LINE.findall(received)) < number:
            piece = connection.recv(65536)
            if not piece:
                break
            received += piece
    return _LINE.findall(received)


@contextlib.contextmanager
def connected(port: int, own: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection to this machine, from one of its own addresses."""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=WITHIN_SECONDS, source_address=(own, 0)
    ) as connection:
        yield connection


def await_true(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
