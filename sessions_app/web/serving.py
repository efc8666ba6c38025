"""Runs uvicorn; the only place that sets its options."""

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from sessions_app.limits.browser_limits import MAX_MESSAGE_BYTES

# Longer than clients and proxies keep idle connections (a minute), so that they close first.
KEEP_ALIVE_SECONDS = 75
# Bounds requests that still hang after the drain.
STOP_WITHIN_SECONDS = 15
BACKLOG = 2048

Announce = Callable[[], None]


def server_config(application: Any, **options: Any) -> uvicorn.Config:
    """Return the configuration of every server; `options` extends or overrides it.

    Args:
        application: an ASGI application, or its import string for several workers.
        options: of uvicorn, such as `workers`.
    """
    return uvicorn.Config(
        application,
        **{
            "log_config": None,  # Django's LOGGING is the program's
            "access_log": False,  # request lines hold edit keys
            "proxy_headers": False,  # TRUSTED_PROXIES alone decides on proxies
            "http": "hello3d.server.http_protocol:HttpProtocol",
            "lifespan": "on",
            "timeout_graceful_shutdown": STOP_WITHIN_SECONDS,
            "timeout_keep_alive": KEEP_ALIVE_SECONDS,
            "workers": 1,  # not from WEB_CONCURRENCY, meant for other programs
            "ws": "hello3d.server.socket_protocol:SocketProtocol",
            "ws_max_size": MAX_MESSAGE_BYTES,
            "ws_per_message_deflate": False,  # messages are small: it costs more than it saves
        }
        | options,
    )


def listen(host: str, port: int) -> socket.socket:
    """Listen on a TCP address and return the socket.

    Raises:
        OSError: the port is taken or forbidden, or the address is not local.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.set_inheritable(True)  # by the workers
    return listener


def listen_at(path: Path) -> socket.socket:
    """Listen on a Unix socket for its owner and group only.

    Replaces the stale socket of a killed server.

    Raises:
        OSError: another server listens there, or the path cannot hold a socket.
    """
    _remove_dead(path)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
        path.chmod(0o660)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def _remove_dead(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_socket():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


@contextlib.contextmanager
def removed_after(path: Path) -> Iterator[None]:
    """Remove the socket on exit, unless another server has replaced it."""
    own = path.stat().st_ino
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if path.stat().st_ino == own:
                path.unlink()


def why_not(error: OSError) -> str:
    """Describe why a server cannot listen, as the end of a sentence."""
    if error.errno == errno.EADDRINUSE:
        return "is taken by another program"
    if isinstance(error, socket.gaierror) or not error.errno:
        return f"cannot be used: {error.strerror or error}"
    return f"cannot be used: {os.strerror(error.errno)}"  # its message repeats the address


def serve(config: uvicorn.Config, listener: socket.socket, announce: Announce) -> int:
    """Serve until a signal, calling `announce` once requests are served; return the exit status.

    A single worker runs in this process.
    """
    if config.workers > 1:
        workers = _Workers(config, listener, announce)
        workers.run()
        return workers.status
    server = _AnnouncingServer(config, announce)
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again at the end
        server.run([listener])
    return 0 if server.started else STARTUP_FAILURE


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Announce) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


class _Workers(Multiprocess):
    """Restarts workers that die; exits if they cannot start at all."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, announce: Announce) -> None:
        super().__init__(config, [listener])
        self._announce = announce
        self._is_announced = False

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        if not self._is_announced and all(process.is_ready(0.1) for process in self.processes):
            self._is_announced = True
            self._announce()

    @property
    def status(self) -> int:
        failed = any(process.exitcode == STARTUP_FAILURE for process in self.processes)
        return STARTUP_FAILURE if failed else os.EX_OK
