"""Which hosts and origins are ours: one answer for Django, the MCP endpoint and the sockets."""

import ipaddress
import re
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

DEFAULT_ORIGIN = "http://127.0.0.1:8000"

Headers = Iterable[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]


def header(headers: Headers, name: bytes) -> str | None:
    """The first value of a header of an ASGI scope (names are lower case there)."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def cookie(scope: Scope, name: str) -> str:
    """The value of a cookie that the request brings; empty without one."""
    return parse_cookie(header(scope["headers"], b"cookie") or "").get(name, "")


def is_host_allowed(host: str | None) -> bool:
    """Whether the value of a Host header names this server, by Django's own rule."""
    if not host:
        return False
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_origin_allowed(origin: str, *, public_origin: str) -> bool:
    """Whether a page of `origin` may talk to us; scheme, host and port all count (RFC 6454)."""
    if origin == "null":
        return False
    allowed = {public_origin, *settings.ALLOWED_ORIGINS, browser_origin()}
    is_web = origin.startswith(("http://", "https://"))
    return origin.lower() in allowed or (settings.DEBUG and is_web and is_loopback(origin))


def may_open_socket(scope: Scope) -> bool:
    """Whether the host is ours and the page's origin is allowed; a socket without one is not."""
    origin = header(scope["headers"], b"origin")
    if not origin or not is_host_allowed(header(scope["headers"], b"host")):
        return False
    return is_origin_allowed(origin, public_origin=public_origin(scope))


def browser_origin() -> str | None:
    """The origin of BROWSER_URL: where people open the page, if not at the public origin."""
    if not settings.BROWSER_URL:
        return None
    parts = urlsplit(settings.BROWSER_URL)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(address: str) -> bool:
    """Whether a URL, or a host with or without a port, means the very machine that asks for it.

    No other one can open it: 127.0.0.0/8, ::1, `localhost` and names below it (RFC 6761, section
    6.3), and the addresses that mean all of a machine's own.
    """
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        host = ""
    parsed = _parse_address(host) or _parse_address(address)
    if parsed is None:
        return f".{host}".endswith(".localhost")
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return parsed.is_loopback or parsed.is_unspecified


def public_origin(scope: Scope) -> str:
    """Scheme, host and port under which the person who sent this request reaches us."""
    if settings.PUBLIC_ORIGIN:
        return str(settings.PUBLIC_ORIGIN)
    headers: Headers = scope["headers"]
    secure = scope.get("scheme") in ("https", "wss")
    host = header(headers, b"host")
    if is_trusted_proxy(peer_address(scope)):
        forwarded = header(headers, b"x-forwarded-proto")
        secure = forwarded == "https" if forwarded else secure
        host = header(headers, b"x-forwarded-host") or host
    if not is_host_allowed(host):
        return DEFAULT_ORIGIN
    return f"{'https' if secure else 'http'}://{str(host).lower()}"


def peer_address(scope: Scope) -> str | None:
    """The address that the connection came from, or None where the server does not know it."""
    client = scope.get("client")
    return str(client[0]) if isinstance(client, list | tuple) and client else None


def client_address(scope: Scope) -> str | None:
    """The address of the person's machine: the last one that no trusted proxy reported.

    `X-Forwarded-For` is believed only as far as the proxies that wrote it are trusted.
    """
    address = _without_zone(peer_address(scope) or "")
    headers: Headers = scope["headers"]
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    hops = ",".join(lines).split(",")  # a proxy may add a line of its own (RFC 9110, section 5.3)
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        if not is_trusted_proxy(address):
            break
        reported = _without_zone(_without_port(hop))
        if _parse_address(reported) is None:
            break  # the proxy says nothing that could be counted: it stands for its clients
        address = reported
    return address if _parse_address(address) else None


def _without_port(hop: str) -> str:
    """The address of a hop that has a port: "198.51.100.9:4000", "[2001:db8::1]:4000"."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d+)?", hop)
    if bracketed:
        return bracketed[1]
    return hop.rsplit(":", 1)[0] if hop.count(":") == 1 else hop


def _without_zone(address: str) -> str:
    """The address of "fe80::1%eth0" (RFC 4007, section 11): a zone means something to us alone."""
    return address.partition("%")[0]


def _parse_address(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address or "")
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def counted_as(address: str | None) -> str:
    """Whom limits per address take a client for: its IPv4 address, or the /64 of its IPv6 address.

    Empty where no such limit holds: the address is not known, or RATE_SHARED_ADDRESSES has it.
    """
    parsed = _parse_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped  # how a socket of both kinds tells an IPv4 address
    if parsed is None or any(parsed in network for network in settings.RATE_SHARED_ADDRESSES):
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))


def is_trusted_proxy(address: str | None) -> bool:
    """Whether what it says of the clients it passes on is believed."""
    parsed = _parse_address(address)
    return parsed is not None and any(parsed in network for network in settings.TRUSTED_PROXIES)
