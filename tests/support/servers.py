"""Server processes for the tests: started, killed, restarted, and asked what they stored."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx2

from tests.support.stores import PROJECT

START_WITHIN_SECONDS = 40
STOP_WITHIN_SECONDS = 20

Kind = Literal["uvicorn", "daphne"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ServerProcess:
    """One process of the program, on a port of its own.

    `environment` is added to this process's; `log` is the file that it writes to.
    """

    database_url: str
    log: Path
    kind: Kind = "uvicorn"
    redis_url: str = ""
    instance: str = "one"
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mcp_url(self) -> str:
        return f"{self.url}/mcp"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/scene/"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "ServerProcess":
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "hello3d.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "INSTANCE_NAME": self.instance,
            **self.environment,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=PROJECT, env=environment, stdout=log, stderr=log
            )
        self._await_answer()
        return self

    def _command(self) -> list[str]:
        if self.kind == "daphne":
            served = ["manage.py", "runserver", f"127.0.0.1:{self.port}", "--noreload"]
            return [sys.executable, *served, *self.arguments]
        options = ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio"]
        options += ["--ws-max-size", "262144", "--ws-per-message-deflate", "false"]
        options += ["--no-access-log", "--timeout-graceful-shutdown", "5"]
        application = ["-m", "uvicorn", "hello3d.asgi:application", "--port", str(self.port)]
        return [sys.executable, *application, *options, *self.arguments]

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.log.read_text()[-3000:]}")
            try:
                httpx2.get(f"{self.url}/scenes/", timeout=5)
            except httpx2.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"the server does not answer:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_WITHIN_SECONDS)
        self._process = None
