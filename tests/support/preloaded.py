"""Processes of the program that begin with what they all load.

Loading that is nine tenths of what a start costs, and the same each time. So one process loads it
and waits; whoever is started is forked from it, and is from there on what its command line says,
with an environment, streams and settings of its own. What its interpreter would
do at the very end is left out: tests of how a process ends start a whole one. `make test-all`
measures coverage, which begins with the interpreter: there each process is a whole one.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing import connection
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

# Of others: none that reads settings, opens anything or starts a thread, and none that a server
# would not have loaded once it has answered.
PACKAGES = (
    "channels.routing",
    "django.contrib.admin.options",
    "django.contrib.postgres.fields",
    "django.contrib.sessions.backends.db",
    "django.core.handlers.asgi",
    "django.core.mail",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.recorder",
    "django.db.models",
    "django.forms",
    "django.middleware.csrf",
    "django.template.defaulttags",
    "django.test",
    "django.views.debug",
    "django.views.generic",
    "django.views.i18n",
    "django_filters.rest_framework",
    "drf_spectacular.utils",
    "environ",
    "inflection",
    "jwt",
    "mcp.server",
    "prometheus_client",
    "redis.asyncio",
    "requests",
    "segno",
    "structlog",
    "uritemplate",
    "uvicorn.loops.uvloop",
    "uvicorn.main",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
    "whitenoise.middleware",
    "yaml",
)

# Ours of which the same holds, and which read nothing of the environment: each brings others along.
MODULES = (
    "hello3d.files.serving",
    "hello3d.middleware.bodies",
    "hello3d.middleware.store_errors",
    "mcp_bridge.endpoint.metadata",
    "mcp_bridge.prompts.lighting",
    "mcp_bridge.resources.scene_uris",
    "mcp_bridge.transport.live_sessions",
    "sessions_app.api.wire",
    "sessions_app.limits.call_gate",
    "sessions_app.people.signing_keys",
    "sessions_app.revisions.cache",
    "sessions_app.scene.operations.inspecting",
    "sessions_app.scene.operations.picturing",
    "sessions_app.scene.operations.refusals",
    "sessions_app.scene.operations.tracing",
    "sessions_app.telemetry.histograms",
    "sessions_app.wire.outbox",
    "sessions_app.wire.scene_messages",
    "sessions_app.workers.in_flight",
)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([*PACKAGES, *MODULES, "tests.support.frozen"])
# Whoever starts a process asks all others whether they have ended, and each says so only once.
_one_asks = threading.Lock()


def can_fork(environment: Mapping[str, str]) -> bool:
    """Whether nothing in the environment is read by the interpreter itself as it begins."""
    own = {name for name, value in environment.items() if os.environ.get(name) != value}
    return not any(name.startswith("PYTHON") for name in own) and not any(
        name.startswith("COVERAGE_PROCESS_") for name in environment
    )


class _Lent:
    """An open file of ours that the process gets, under a number of its own."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (DupFd(self._number),)


def _received(lent: Any) -> int:
    return int(lent.detach())


class PreloadedProcess:
    """`python -m MODULE ARGUMENTS`, with of `subprocess.Popen` what the tests ask of a server.

    `streams` are open files of ours that it gets as its standard ones, by number, 0 to 2.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path | None = None,
        streams: Mapping[int, int] | None = None,
    ) -> None:
        lent = {number: _Lent(ours) for number, ours in (streams or {}).items()}
        arguments = (list(command), cwd, dict(env), log, lent)
        self._process = _context.Process(target=_become, args=arguments, daemon=True)
        with _one_asks:
            self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        with _one_asks:
            return self._process.exitcode

    def wait(self, timeout: float, *, or_until: socket.socket | None = None) -> int:
        """The exit code, or minus the number of the signal that ended it.

        Waits no longer than until `or_until` can be read.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        others = [] if or_until is None else [or_until]
        connection.wait([self._process.sentinel, *others], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(str(self._process.name), timeout)
        return code

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _become(
    command: list[str],
    cwd: Path,
    environment: dict[str, str],
    log: Path | None,
    streams: dict[int, int],
) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if log is not None:
        with log.open("ab") as opened:
            os.dup2(opened.fileno(), 1)
            os.dup2(opened.fileno(), 2)
    for number, received in streams.items():
        os.dup2(received, number)
        os.close(received)
    if 0 in streams:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - multiprocessing has closed it
    module, *sys.argv[1:] = command
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # a fork's end would leave them out
