"""Decides on hosts, origins and client addresses, for Django, the MCP endpoint and the sockets."""

import ipaddress
import logging
import re
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from sessions_app.limits.networks import Network, Networks

logger = logging.getLogger(__name__)

DEFAULT_ORIGIN = "http://127.0.0.1:8000"
# What this machine asks a server by that listens at all of its addresses.
ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
# Stands for a peer without an address, as over a Unix socket; no machine has it.
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing binds to it
# A longer chain of proxies is forged.
MAX_HOPS = 32
_MAX_ADDRESS_LENGTH = 64
# A name has at most 253 characters (RFC 1035, section 2.3.4), a port five digits.
_MAX_HOST_LENGTH = 260
# Some proxies send the WebSocket's scheme.
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
# RFC 6761, 6762, 8375 and 9476, and what home routers use.
_LOCAL_NAMES = (".localhost", ".local", ".home.arpa", ".internal", ".lan")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_NOT_TRUSTED = (
    "requests come without an address, as over a Unix socket: all of them count as one client. Set"
    " TRUSTED_PROXIES=unix if a proxy sends them, so that its X-Forwarded-For is believed"
)
_NOT_READ = (
    "a trusted proxy sends Forwarded, which is not read: have it send X-Forwarded-For,"
    " X-Forwarded-Proto and X-Forwarded-Host, or all its clients count as one"
)

# The key in a scope that caches its sender.
_SENDER = "hello3d.sender"
_ORIGIN = "hello3d.origin"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers = Iterable[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]

# Prefixes of the headers that mark a forwarded request.
_FORWARDED = (b"forwarded", b"x-forwarded", b"x-real-ip", b"via")


def header(headers: Headers, name: bytes) -> str | None:
    """Return the first value of an ASGI header; `name` is in lower case."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def is_host_allowed(host: str | None) -> bool:
    """Return whether a Host header names this server, by Django's own rule."""
    if not host or len(host) > _MAX_HOST_LENGTH:
        return False
    return _is_host_among(host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=256)
def _is_host_among(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def is_origin_allowed(origin: str, *, public_origin: str) -> bool:
    """Return whether pages of `origin` may use us; scheme, host and port count (RFC 6454)."""
    if origin == "null":
        return False
    allowed = {public_origin, *settings.ALLOWED_ORIGINS, browser_origin()}
    is_web = origin.startswith(("http://", "https://"))
    return origin.lower() in allowed or (settings.DEBUG and is_web and is_loopback(origin))


def may_open_socket(scope: Scope) -> bool:
    """Return whether a socket's host and origin are allowed; a socket must have an origin."""
    origin = header(scope["headers"], b"origin")
    if not origin or not is_host_allowed(header(scope["headers"], b"host")):
        return False
    return is_origin_allowed(origin, public_origin=public_origin(scope))


def browser_origin() -> str | None:
    """Return the origin of BROWSER_URL, if the page is not opened at the public origin."""
    if not settings.BROWSER_URL:
        return None
    parts = urlsplit(settings.BROWSER_URL)
    return origin_of(parts.scheme, parts.netloc)


def is_loopback(address: str) -> bool:
    """Return whether a URL, or a host with or without a port, means the requesting machine itself.

    These are 127.0.0.0/8, ::1, `localhost` and names below it (RFC 6761, section 6.3), and the
    unspecified addresses.
    """
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        host = ""
    parsed = parse_address(host) or parse_address(address)
    if parsed is None:
        return f".{host}".endswith(".localhost")
    return parsed.is_loopback or parsed.is_unspecified


def is_public(url: str) -> bool:
    """Return whether programs in the cloud may reach a URL.

    They want https, and a host that is neither a private address nor a name of a local network.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    parsed = parse_address(host)
    if parsed is not None:
        return parts.scheme == "https" and parsed.is_global
    return parts.scheme == "https" and "." in host and not host.endswith(_LOCAL_NAMES)


def public_origin(scope: Scope) -> str:
    """Return the scheme, host and port under which the sender of this request reaches us.

    Found once per request and kept in its scope.
    """
    origin: str | None = scope.get(_ORIGIN)
    if origin is None:
        origin = scope[_ORIGIN] = _find_origin(scope)
    return origin


def _find_origin(scope: Scope) -> str:
    if settings.PUBLIC_ORIGIN:
        return str(settings.PUBLIC_ORIGIN)
    scheme, host = _visited(scope)
    if not is_host_allowed(host):
        return DEFAULT_ORIGIN
    return origin_of(scheme, str(host))


def origin_of(scheme: str, host: str) -> str:
    """Return the origin of a host, as browsers serialize it (RFC 6454, section 6.2)."""
    return f"{scheme}://{host.lower().removesuffix(_DEFAULT_PORTS[scheme])}"


def as_visited(scope: Scope) -> Scope:
    """Return the scope with the scheme and host that the sender used, for Django.

    A Host header that is not allowed stays. Otherwise a page could send X-Forwarded-Host to its own
    name and resolve that name to a trusted machine (DNS rebinding).
    """
    if settings.PUBLIC_ORIGIN:
        return scope
    scheme, host = _visited(scope)
    sent = header(scope["headers"], b"host")
    headers = scope["headers"]
    if host != sent and is_host_allowed(sent):
        headers = [pair for pair in headers if pair[0] != b"host"]
        headers.append((b"host", str(host).encode("latin-1")))
    return {**scope, "scheme": scheme, "headers": headers}


def _visited(scope: Scope) -> tuple[str, str | None]:
    """Return the scheme and host that the sender used, as reported by trusted proxies."""
    headers: Headers = scope["headers"]
    scheme = _SCHEMES.get(str(scope.get("scheme")), "http")
    host = header(headers, b"host")
    _, proxies = _sender(scope)
    if proxies:
        reported = _forwarded(headers, b"x-forwarded-proto", proxies)
        scheme = _SCHEMES.get(reported.lower(), scheme)
        reported = _forwarded(headers, b"x-forwarded-host", proxies)
        host = reported if is_host_allowed(reported) else host
    return scheme, host


def peer_address(scope: Scope) -> str | None:
    """Return the address of the connection's peer, or None if the server does not know it."""
    client = scope.get("client")
    return str(client[0]) if isinstance(client, list | tuple) and client else None


def client_address(scope: Scope) -> str | None:
    """Return the client's address: the nearest one that is not a trusted proxy.

    `X-Forwarded-For` counts only as far as trusted proxies wrote it. A connection without an
    address gets `NO_ADDRESS`; None means that there is no connection.
    """
    return _sender(scope)[0]


def _sender(scope: Scope) -> tuple[str | None, int]:
    """Return the client's address and the number of trusted proxies in between.

    Cached in the request's scope.
    """
    sender: tuple[str | None, int] | None = scope.get(_SENDER)
    if sender is None:
        sender = scope[_SENDER] = _find_sender(scope)
    return sender


def _find_sender(scope: Scope) -> tuple[str | None, int]:
    headers: Headers = scope["headers"]
    address = parse_address(peer_address(scope))
    if address is None and not ("client" in scope and "type" in scope):
        return None, 0
    if not (is_trusted_proxy(address) if address else settings.TRUSTS_UNIX_SOCKETS):
        if address is None:
            _warn_once(_NOT_TRUSTED)
        return str(address or NO_ADDRESS), 0
    proxies = 1
    hops = _members(headers, b"x-forwarded-for")
    if not hops and header(headers, b"forwarded") is not None:
        _warn_once(_NOT_READ)
    for hop in reversed(hops):
        reported = parse_address(_without_port(hop))
        if reported is None:
            break  # not an address: count its clients as the proxy itself
        address = reported
        if not is_trusted_proxy(address):
            break
        proxies += 1
    return str(address or NO_ADDRESS), proxies


def _members(headers: Headers, name: bytes) -> list[str]:
    """Return the last members of a list header, over all its lines (RFC 9110, section 5.3)."""
    lines = [value.decode("latin-1") for key, value in headers if key == name]
    if not lines:
        return []
    return [hop.strip() for hop in ",".join(lines).rsplit(",", MAX_HOPS) if hop.strip()]


def _forwarded(headers: Headers, name: bytes, proxies: int) -> str:
    """Return the value that the outermost of `proxies` trusted proxies wrote, or an empty string.

    A proxy appends to the list, replaces it or leaves it. Members further left than the number of
    trusted proxies come from the client.
    """
    members = _members(headers, name)
    return members[-min(proxies, len(members))] if members else ""


@lru_cache(maxsize=4)
def _warn_once(text: str) -> None:
    logger.warning(text)


def _without_port(hop: str) -> str:
    """Strip the port of a hop: "198.51.100.9:4000", "[2001:db8::1]:4000"."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d+)?", hop)
    if bracketed:
        return bracketed[1]
    return hop.rsplit(":", 1)[0] if hop.count(":") == 1 else hop


def parse_address(address: str | None) -> Address | None:
    """Parse an IP address; return None if it is not one.

    Drops the zone of "fe80::1%eth0" (RFC 4007, section 11), which has only local meaning. An
    IPv4-mapped IPv6 address, as a dual-stack socket reports it, becomes the IPv4 address.
    """
    return _parsed(address) if address and len(address) <= _MAX_ADDRESS_LENGTH else None


@lru_cache(maxsize=4096)
def _parsed(address: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


# IPv6 addresses are free: a machine has at least a /64, a household a /56, a site a /48. The wider
# ones get a multiple of one machine's allowance, because several people may share them.
_WIDER_NETWORKS = {56: 4, 48: 16}


def networks_of(address: str | None) -> Networks:
    """Return the networks that limits count a client with: IPv4 address, or /64, /56, /48 of IPv6.

    Each network counts; wider ones have a larger allowance. Empty without a connection and for
    RATE_SHARED_ADDRESSES, which have no such limits.
    """
    return networks_around(rate_key(address))


@lru_cache(maxsize=4096)
def networks_around(counted: str) -> Networks:
    """Return the networks around a rate key, the narrowest first; see `networks_of`."""
    own = Network(counted)
    if not counted or "/" not in counted:
        return (own,) if counted else ()
    narrowest = ipaddress.ip_network(counted)
    wider = (
        Network(str(narrowest.supernet(new_prefix=prefix)), factor)
        for prefix, factor in _WIDER_NETWORKS.items()
    )
    return (own, *wider)


@lru_cache(maxsize=4096)
def rate_key(address: str | None) -> str:
    """Return the key that limits count an address under: its IPv4 address, or its IPv6 /64.

    Limits count wider networks as well (`networks_of`). Empty without a connection and for
    RATE_SHARED_ADDRESSES, which have no such limits.
    """
    parsed = parse_address(address)
    if parsed is None or any(parsed in network for network in settings.RATE_SHARED_ADDRESSES):
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))


def is_forwarded(scope: Scope) -> bool:
    """Return whether headers claim that a proxy forwarded the request; any client can claim so."""
    return any(name.startswith(_FORWARDED) for name, _ in scope["headers"])


def is_trusted_proxy(address: str | Address | None) -> bool:
    """Return whether to believe this peer's headers about its clients."""
    parsed = parse_address(address) if isinstance(address, str) else address
    return parsed is not None and any(parsed in network for network in settings.TRUSTED_PROXIES)


def listening_origin(host: str, port: int) -> str:
    """Return the origin at which this machine reaches a server that listens there."""
    shown = ANY_HOST.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
