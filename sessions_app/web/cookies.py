"""Names our cookies, so that two servers on one host do not share them.

A cookie belongs to a host and a path, whatever the port (RFC 6265, section 8.5).
"""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie

from sessions_app.web import origins

# The session cookie up to version 0.2. This release still reads it; the next one will not.
OLD_SESSION = "sessionid"
_PORTS = {"http": 80, "https": 443}


def name_at(origin: str) -> str:
    """Return the prefix of all cookies of the server at this origin."""
    parts = urlsplit(origin)
    return f"hello3d_{parts.port or _PORTS[parts.scheme]}"


def names(name: str) -> dict[str, str]:
    """Return Django's settings for the names of the cookies with this prefix."""
    return {
        "SESSION_COOKIE_NAME": name,
        "CSRF_COOKIE_NAME": f"{name}_csrf",
        "LANGUAGE_COOKIE_NAME": f"{name}_language",
    }


def name_by_port(port: int) -> None:
    """Name cookies by the port served, unless a setting names them; workers inherit the name."""
    if settings.COOKIE_NAME or settings.PUBLIC_ORIGIN:
        return
    os.environ["COOKIE_NAME"] = name_at(f"http://127.0.0.1:{port}")
    for setting, name in names(os.environ["COOKIE_NAME"]).items():
        setattr(settings, setting, name)


def parsed(header: str) -> dict[str, str]:
    """Parse a Cookie header; of two cookies with one name, keep the first.

    The first one has the longer path (RFC 6265, section 5.4). A server at the host's root may set a
    cookie of the same name.
    """
    return parse_cookie(";".join(reversed(header.split(";"))))


def session_key(scope: origins.Scope) -> str:
    """Return the session key in the cookies of a request or socket, or an empty string."""
    found = parsed(origins.header(scope["headers"], b"cookie") or "")
    return found.get(settings.SESSION_COOKIE_NAME) or found.get(OLD_SESSION, "")
