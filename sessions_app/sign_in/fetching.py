"""Fetches a document of another server: bounded, without redirects, from public addresses only."""

import http.client
import ipaddress
import socket
import ssl
import time
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

MAX_BYTES = 256 * 1024
WITHIN_SECONDS = 5.0
_PIECE_BYTES = 16 * 1024
# Addresses that carry another one inside: what they lead to, only the network knows.
_WRAPPING = [
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]


class FetchError(Exception):
    """The document cannot be had; the message names no more than the host."""


def fetch(url: str, *, loopback_allowed: bool) -> bytes:
    """The body of the answer to a GET.

    The name is resolved once, and the connection goes to the address that was looked at.

    Args:
        url: https; http only where it leads to this machine and that is allowed.
        loopback_allowed: whether this machine's own addresses are good, too.

    Raises:
        FetchError: not reached, not allowed, too slow, too large, or not answered with 200.
    """
    parts = urlsplit(url)
    deadline = time.monotonic() + WITHIN_SECONDS
    try:
        connection = _connection(parts, loopback_allowed=loopback_allowed)
        try:
            return _read(connection, parts, deadline)
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise FetchError(f"{parts.hostname}: {type(error).__name__}") from None


def _connection(parts: SplitResult, *, loopback_allowed: bool) -> http.client.HTTPConnection:
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
    connection.timeout = WITHIN_SECONDS
    # What `connect` calls in place of looking the name up again.
    connection._create_connection = lambda _, *rest: socket.create_connection(  # type: ignore[attr-defined]
        (address, port), *rest
    )
    return connection


def _address(host: str, port: int, *, loopback_allowed: bool) -> str:
    """The address to connect to; one that may not be fetched from spoils the whole name."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
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


def _read(connection: http.client.HTTPConnection, parts: SplitResult, deadline: float) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", target, headers={"Accept": "application/json"})
    response = connection.getresponse()
    if response.status != HTTPStatus.OK:
        raise FetchError(f"{parts.hostname}: it answered HTTP {response.status}")
    body = bytearray()
    while piece := response.read1(_PIECE_BYTES):
        body += piece
        if len(body) > MAX_BYTES:
            raise FetchError(f"{parts.hostname}: the answer is larger than {MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise FetchError(f"{parts.hostname}: the answer took longer than {WITHIN_SECONDS:g} s")
    return bytes(body)
