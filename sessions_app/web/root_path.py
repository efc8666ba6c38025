"""Where we are below a host's root: `ROOT_PATH`, which a proxy strips before it asks us."""

import logging

from django.conf import settings

from sessions_app.web import origins
from sessions_app.web.origins import Scope

logger = logging.getLogger(__name__)

# The first parts of our own paths. A root path that began so could not be told from one of them.
OWN_PARTS = {
    ".well-known", "accounts", "admin", "api", "healthz", "mcp", "metrics", "open", "readyz",
    "scenes", "static", "ws",
}  # fmt: skip


class NotStrippedError(Exception):
    """A proxy has left `ROOT_PATH` in the path of the request."""

    def __init__(self) -> None:
        super().__init__(
            f"The proxy before this server leaves {settings.ROOT_PATH} in the paths of requests."
            " Have it strip that; nginx does so with a slash at the end of"
            " `proxy_pass http://hello3d/;`. ROOT_PATH says below which path people come."
        )


def placed(scope: Scope) -> Scope:
    """The scope as ASGI has it: with the root path apart, and a path that begins with it.

    Whoever comes by no proxy may give the whole path, as our own links do. From a proxy it is
    refused: below one that strips, it would be a second name of each path, which no rule of the
    proxy for the first one holds for.

    Raises:
        NotStrippedError: a proxy has not stripped it. The log names the first one.
    """
    root, path = settings.ROOT_PATH, scope["path"]
    is_whole = path == root or path.startswith(f"{root}/")
    if is_whole and _is_by_proxy(scope):
        raise _not_stripped(scope)
    whole = path if is_whole else root + path
    return {**scope, "root_path": root, "path": f"{root}/" if whole == root else whole}


def own_path(scope: Scope) -> str:
    """The path of a request without `ROOT_PATH`."""
    path: str = scope["path"]
    return path.removeprefix(settings.ROOT_PATH)


def _is_by_proxy(scope: Scope) -> bool:
    peer = origins.peer_address(scope)  # None at a Unix socket, which is there for proxies
    return peer is None or origins.is_forwarded(scope) or origins.is_trusted_proxy(peer)


_named: list[str] = []


def _not_stripped(scope: Scope) -> NotStrippedError:
    error = NotStrippedError()
    if not _named:
        _named.append(origins.peer_address(scope) or "a Unix socket")
        logger.error("%s (asked by %s)", error, *_named)
    return error
