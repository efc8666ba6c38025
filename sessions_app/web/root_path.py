"""Handles `ROOT_PATH`, our path below a host's root, which a proxy strips from requests."""

import logging

from django.conf import settings

from sessions_app.web import origins
from sessions_app.web.origins import Scope

logger = logging.getLogger(__name__)

# The first segments of our own paths. A root path must not begin with one: it would be ambiguous.
OWN_PARTS = {
    ".well-known", "accounts", "admin", "api", "assets", "camera", "files", "healthz", "mcp",
    "metrics", "open", "readyz", "scenes", "static", "ws",
}  # fmt: skip


class NotStrippedError(Exception):
    """A proxy did not strip `ROOT_PATH` from the request's path."""

    def __init__(self) -> None:
        super().__init__(
            f"The proxy before this server leaves {settings.ROOT_PATH} in the paths of requests."
            " Have it strip that; nginx does so with a slash at the end of"
            " `proxy_pass http://hello3d/;`. ROOT_PATH says below which path people come."
        )


def placed(scope: Scope) -> Scope:
    """Return the scope with `root_path` set and a path that begins with it, as ASGI requires.

    A direct request may carry the full path, as our own links do. From a proxy it is refused:
    behind a proxy that strips, it would be an alias of each path that escapes the proxy's rules.

    Raises:
        NotStrippedError: a proxy did not strip it; the first one is logged.
    """
    root, path = settings.ROOT_PATH, scope["path"]
    is_whole = path == root or path.startswith(f"{root}/")
    if is_whole and _is_by_proxy(scope):
        raise _not_stripped(scope)
    whole = path if is_whole else root + path
    return {**scope, "root_path": root, "path": f"{root}/" if whole == root else whole}


def own_path(scope: Scope) -> str:
    """Return the request's path without `ROOT_PATH`."""
    path: str = scope["path"]
    return path.removeprefix(settings.ROOT_PATH)


def _is_by_proxy(scope: Scope) -> bool:
    peer = origins.peer_address(scope)  # None on a Unix socket, which only proxies use
    return peer is None or origins.is_forwarded(scope) or origins.is_trusted_proxy(peer)


_named: list[str] = []


def _not_stripped(scope: Scope) -> NotStrippedError:
    error = NotStrippedError()
    if not _named:
        _named.append(origins.peer_address(scope) or "a Unix socket")
        logger.error("%s (asked by %s)", error, *_named)
    return error
