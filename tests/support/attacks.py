"""Attacks on a server, each in a process of its own, and what others notice of them.

Each is a function of the host and port that it goes to, be it the server or a proxy before it, and
of the file of the proxy's certificate, where it speaks TLS. It goes on until it is ended.
"""

import contextlib
import multiprocessing
import os
import socket
import ssl
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import httpx2
import psutil
from django.conf import settings

from tests.support.connections import (
    PIECE,
    PONG,
    TEXT,
    await_true,
    connect,
    frame,
    name_of,
    slow_reader,
    upgraded,
)
from tests.support.raw import MODERN, call_body
from tests.support.waiting import WITHIN_SECONDS

MIB = 1024 * 1024
CALLS = 60
EVERY_SECONDS = 0.02
# Quicker calls than these are all the same to whoever waits for them.
QUICK_MS = 2.0
MAX_TIMES_SLOWER = 3
MAX_GROWTH_BYTES = 64 * MIB
# What a process keeps of freed memory: allocators give it back in large pieces only.
MAX_KEPT_BYTES = 24 * MIB

MODERN_CALL = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": MODERN,
    "mcp-method": "tools/call",
    "mcp-name": "change_model_color",
}

# Of this machine, too, but counted by itself: the attacks come from 127.0.0.1.
VICTIM = "127.0.0.2"

_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Attack:
    """What is done, and where to; `trust` is the file of a proxy's certificate."""

    function: Callable[..., None]
    host: str
    port: int
    trust: str = ""
    path: str = ""

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """Attack until the block ends, by a process that leaves the processors to others."""
        begun = _context.Event()
        process = _context.Process(target=_attack, args=(begun, self), daemon=True)
        process.start()
        try:
            assert begun.wait(WITHIN_SECONDS)
            yield
            assert process.is_alive(), "the attack ended by an error of its own"
        finally:
            process.kill()
            process.join(WITHIN_SECONDS)


def _attack(begun: "multiprocessing.synchronize.Event", attack: Attack) -> None:
    os.nice(10)  # it has processors of its own where it comes from
    arguments = [attack.path] if attack.path else []
    attack.function(begun.set, attack.host, attack.port, attack.trust, *arguments)


# Attacks


def unread_answers(
    begun: Callable[[], object], host: str, port: int, trust: str, path: str
) -> None:
    """500 connections that ask for something large and read nothing of it."""
    request = f"GET {path} HTTP/1.1\r\nHost: {name_of(host, port, trust)}\r\n\r\n".encode()
    readers: list[socket.socket] = []
    while True:
        while len(readers) < 500:
            with contextlib.suppress(OSError):
                readers.append(slow_reader(host, port, trust))
                readers[-1].sendall(request)
        begun()
        time.sleep(0.5)


def empty_pieces(begun: Callable[[], object], host: str, port: int, trust: str) -> None:
    """One socket with a message of endless empty pieces; a new one where it is cut."""
    _flood(begun, host, port, trust, frame(TEXT, is_last=False), frame(PIECE, is_last=False))


def pongs(begun: Callable[[], object], host: str, port: int, trust: str) -> None:
    """One socket with endless pongs; a new one where it is cut."""
    _flood(begun, host, port, trust, b"", frame(PONG))


def messages_after_the_close(begun: Callable[[], object], host: str, port: int, trust: str) -> None:
    """One socket with endless empty messages, which the server soon closes; then a new one."""
    _flood(begun, host, port, trust, b"", frame(TEXT))


def _flood(
    begun: Callable[[], object], host: str, port: int, trust: str, beginning: bytes, piece: bytes
) -> None:
    much = 10_000 * piece
    while True:
        with (
            contextlib.suppress(OSError, AssertionError),  # cut, or not let in again yet
            upgraded(host, port, trust=trust) as connection,
        ):
            connection.sendall(beginning)
            begun()
            while True:
                connection.sendall(much)


def pipelined_requests(begun: Callable[[], object], host: str, port: int, trust: str) -> None:
    """Ten connections, each with thousands of requests at once; new ones where they are cut."""
    _send_on_and_on(begun, host, port, trust, b"GET /healthz HTTP/1.1\r\nHost: %b\r\n\r\n", 5000)


def small_chunks(begun: Callable[[], object], host: str, port: int, trust: str) -> None:
    """Ten connections, each with a body in chunks of a byte; new ones where they are cut."""
    head = b"POST /mcp HTTP/1.1\r\nHost: %b\r\nTransfer-Encoding: chunked\r\n\r\n"
    _send_on_and_on(begun, host, port, trust, head + 40_000 * b"1\r\n \r\n", 1)


def _send_on_and_on(
    begun: Callable[[], object], host: str, port: int, trust: str, request: bytes, count: int
) -> None:
    sent = count * request.replace(b"%b", name_of(host, port, trust).encode())
    while True:
        with contextlib.ExitStack() as stack:
            for _ in range(10):
                with contextlib.suppress(OSError):
                    connection = stack.enter_context(connect(host, port, trust))
                    connection.settimeout(1)
                    connection.sendall(sent)
            begun()


# What others notice


@dataclass(frozen=True)
class Noticed:
    """A call's median without and under the attack, and what the server's memory grew by."""

    quiet_ms: float
    attacked_ms: float
    grown_bytes: int
    kept_bytes: int

    @property
    def is_harmless(self) -> bool:
        return (
            self.attacked_ms <= MAX_TIMES_SLOWER * max(self.quiet_ms, QUICK_MS)
            and self.grown_bytes <= MAX_GROWTH_BYTES
            and self.kept_bytes <= MAX_KEPT_BYTES
        )


def notice(
    attack: Attack, pids: list[int], calls_url: str, edit_key: str, verify: str = ""
) -> Noticed:
    """Call another scene without and under an attack, and weigh the server's processes.

    Args:
        attack: not under way yet.
        pids: of the server's processes.
        calls_url: `/mcp`, straight or through a proxy.
        edit_key: of the scene that the calls change.
        verify: the file of the proxy's certificate.
    """
    before = _resident_bytes(pids)
    quiet_ms = median_ms(calls_url, edit_key, verify)
    with attack.under_way():
        attacked_ms = median_ms(calls_url, edit_key, verify)
        grown = _resident_bytes(pids) - before
    noticed = Noticed(quiet_ms, attacked_ms, grown, grown)
    with contextlib.suppress(AssertionError):  # it is in what is returned
        await_true(lambda: _resident_bytes(pids) - before <= MAX_KEPT_BYTES)
    return replace(noticed, kept_bytes=_resident_bytes(pids) - before)


def median_ms(calls_url: str, edit_key: str, verify: str = "") -> float:
    """Of calls one after the other that change a scene."""
    took = []
    context = ssl.create_default_context(cafile=verify or None)
    transport = httpx2.HTTPTransport(local_address=VICTIM, verify=context)
    with httpx2.Client(timeout=WITHIN_SECONDS, transport=transport) as http:
        for number in range(CALLS):
            arguments = f'{{"scene": "{edit_key}", "color": "#0000{number:02x}"}}'
            body = call_body("change_model_color", arguments)
            begun = time.perf_counter()
            answer = http.post(calls_url, content=body, headers=MODERN_CALL)
            took.append(time.perf_counter() - begun)
            assert 'isError":true' not in answer.text.replace(" ", ""), answer.text
            assert answer.status_code == 200, answer.text
            time.sleep(EVERY_SECONDS)
    return 1000 * statistics.median(took)


def largest_file() -> str:
    """The path of the largest file that pages load."""
    files = [file for file in settings.STATIC_ROOT.rglob("*") if file.is_file()]
    largest = max(files, key=lambda file: file.stat().st_size)
    return f"/static/{largest.relative_to(settings.STATIC_ROOT).as_posix()}"


def _resident_bytes(pids: list[int]) -> int:
    return sum(int(psutil.Process(pid).memory_info().rss) for pid in pids)
