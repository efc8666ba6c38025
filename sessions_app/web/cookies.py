"""Our cookies: how they are named, so that two servers of one host keep theirs apart.

A cookie belongs to a host and a path, whatever the port (RFC 6265, section 8.5).
"""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie

from sessions_app.web import origins

# The session's cookie up to version 0.2. This release still reads it, the next one will not.
OLD_SESSION = "sessionid"
_PORTS = {"http": 80, "https": 443}


def name_at(origin: str) -> str:
    """The name that all cookies of the server at this origin begin with."""
    parts = urlsplit(origin)
    return f"hello3d_{parts.port or _PORTS[parts.scheme]}"


def names(name: str) -> dict[str, str]:
    """Django's settings by which each cookie has a name of its own."""
    return {
        "SESSION_COOKIE_NAME": name,
        "CSRF_COOKIE_NAME": f"{name}_csrf",
        "LANGUAGE_COOKIE_NAME": f"{name}_language",
    }


def name_by_port(port: int) -> None:
    """Name them by the port that is served, where no setting does; workers hear of it, too."""
    if settings.COOKIE_NAME or settings.PUBLIC_ORIGIN:
        return
    os.environ["COOKIE_NAME"] = name_at(f"http://127.0.0.1:{port}")
    for setting, name in names(os.environ["COOKIE_NAME"]).items():
        setattr(settings, setting, name)


def parsed(header: str) -> dict[str, str]:
    """The cookies of a header. Of two of a name, the one of the longer path, which comes first.

    So says RFC 6265, section 5.4: a server at the host's root may have one of our names.
    """
    return parse_cookie(";".join(reversed(header.split(";"))))


def session_key(scope: origins.Scope) -> str:
    """The key of the session that a page's request or socket brings; empty without one."""
    found = parsed(origins.header(scope["headers"], b"cookie") or "")
    return found.get(settings.SESSION_COOKIE_NAME) or found.get(OLD_SESSION, "")
