"""Fetches documents from public addresses only, bounded and without redirects."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

MAX_BYTES = 256 * 1024
WITHIN_SECONDS = 5.0
_PIECE_BYTES = 16 * 1024
# Addresses that embed another one; where they lead depends on the network.
_WRAPPING = [
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]


class FetchError(Exception):
    """The fetch failed; the message names only the host."""


def fetch(url: str, *, loopback_allowed: bool) -> bytes:
    """Return the body of a GET response, as `fetch_to` takes it, within 5 s."""
    body = bytearray()
    fetch_to(
        body.extend,
        url,
        loopback_allowed=loopback_allowed,
        most_bytes=MAX_BYTES,
        within_seconds=WITHIN_SECONDS,
        accept="application/json",
    )
    return bytes(body)


def fetch_to(
    write: Callable[[bytes], object],
    url: str,
    *,
    loopback_allowed: bool,
    most_bytes: int,
    within_seconds: float,
    accept: str,
) -> None:
    """Write the body of a GET response piece by piece.

    The name is resolved once, and the connection goes to the address that was checked. Redirects
    are not followed.

    Args:
        write: takes a piece of the body.
        url: https; http only to an allowed loopback address.
        loopback_allowed: whether loopback addresses are allowed.
        most_bytes: of the body.
        within_seconds: of resolving the name.
        accept: the media types to ask for.

    Raises:
        FetchError: unreachable, not allowed, too slow, too large, or a status other than 200.
    """
    parts = urlsplit(url)
    with contextlib.ExitStack() as stack:
        deadline = _Deadline(stack, within_seconds)
        try:
            connection = _connection(parts, deadline.connect, loopback_allowed=loopback_allowed)
            stack.callback(connection.close)
            _read(connection, parts, write, most_bytes, accept)
        except (OSError, ValueError, http.client.HTTPException) as error:
            if not deadline.is_over:
                raise FetchError(f"{parts.hostname}: {type(error).__name__}") from None
        if deadline.is_over:
            text = f"the answer took longer than {within_seconds:g} s"
            raise FetchError(f"{parts.hostname}: {text}")


class _Deadline:
    """Shuts a connection down at its deadline, which per-read timeouts cannot enforce."""

    def __init__(self, stack: contextlib.ExitStack, within_seconds: float) -> None:
        self.is_over = False
        self._within_seconds = within_seconds
        self._stack = stack

    def connect(self, address: tuple[str, int]) -> socket.socket:
        ends_at = time.monotonic() + self._within_seconds
        connected = socket.create_connection(address, self._within_seconds)
        # A duplicate, because TLS takes over the original.
        handle = self._stack.enter_context(connected.dup())
        timer = threading.Timer(max(0.0, ends_at - time.monotonic()), self._cut, [handle])
        timer.daemon = True
        self._stack.callback(timer.cancel)
        timer.start()
        return connected

    def _cut(self, handle: socket.socket) -> None:
        self.is_over = True
        with contextlib.suppress(OSError):  # already closed
            handle.shutdown(socket.SHUT_RDWR)


def _connection(
    parts: SplitResult,
    connect: Callable[[tuple[str, int]], socket.socket],
    *,
    loopback_allowed: bool,
) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, loopback_allowed=loopback_allowed)
    is_loopback = ipaddress.ip_address(address).is_loopback
    if parts.scheme != "https" and not (is_loopback and loopback_allowed):
        raise FetchError(f"{host}: only https is allowed")
    connection = (
        http.client.HTTPSConnection(host, port, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port)
    )

    def to_address(*_: Any) -> socket.socket:
        return connect((address, port))

    # Called by `connect`, instead of resolving the name again.
    connection._create_connection = to_address  # type: ignore[attr-defined]
    return connection


def _address(host: str, port: int, *, loopback_allowed: bool) -> str:
    """Resolve a name to one address; refuse it if any of its addresses is not allowed."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise FetchError(f"{host}: no such host was found") from None
    found = {str(entry[4][0]) for entry in entries}
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    for address in addresses:
        if not (_is_public(address) or (loopback_allowed and address.is_loopback)):
            raise FetchError(f"{host}: its address is not a public one")
    return str(min(addresses, key=lambda address: address.version))


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped
        or address.is_site_local
        or any(address in network for network in _WRAPPING)
    ):
        return False
    return address.is_global and not address.is_multicast


def _read(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    write: Callable[[bytes], object],
    most_bytes: int,
    accept: str,
) -> None:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", target, headers={"Accept": accept})
    response = connection.getresponse()
    if response.status != HTTPStatus.OK:
        raise FetchError(f"{parts.hostname}: it answered HTTP {response.status}")
    size = 0
    while piece := response.read1(_PIECE_BYTES):
        size += len(piece)
        if size > most_bytes:
            raise FetchError(f"{parts.hostname}: the answer is larger than {most_bytes} bytes")
        write(piece)
