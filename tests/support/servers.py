"""Server processes for the tests: started, killed, restarted, and asked what they stored."""

import contextlib
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

from sessions_app.simulation.servers import (
    PROJECT,
    START_WITHIN_SECONDS,
    Started,
    await_answer,
    serve_command,
)
from tests.support.ports import ReservedPort
from tests.support.preloaded import PreloadedProcess, can_fork

STOP_WITHIN_SECONDS = 60

Kind = Literal["uvicorn", "daphne"]


def _await_answer_at(path: Path, process: Started) -> None:
    """The same at a Unix socket."""
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            probe.connect(str(path))
            probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if probe.recv(100):
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start; its own output says why")


@dataclass
class ServerProcess:
    """One process of the program, on a port of its own, or at a Unix socket.

    `environment` is added to this process's; `log` is the file that it writes to. `preloaded` ones
    start sooner; what they take of the machine's memory they share with each other.
    """

    database_url: str
    log: Path
    kind: Kind = "uvicorn"
    redis_url: str = ""
    instance: str = "one"
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    preloaded: bool = True
    unix_socket: Path | None = None
    reserved_port: ReservedPort = field(default_factory=ReservedPort)
    _process: subprocess.Popen[bytes] | PreloadedProcess | None = None

    @property
    def port(self) -> int:
        return self.reserved_port.number

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
    def cookie_name(self) -> str:
        """What the names of its cookies begin with, unless the environment says another one."""
        return f"hello3d_{self.port}"

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
            "RATE_SHARED_ADDRESSES": "127.0.0.0/8",  # all tests come from this machine
            "HELLO3D_CAMERA": "off",  # else what no browser draws, a hidden one would
            **self.environment,
        }
        self._process = self._begin(environment)
        try:
            if self.unix_socket is None:
                await_answer(self.url, self._process)
            else:
                _await_answer_at(self.unix_socket, self._process)
        except RuntimeError as error:
            raise RuntimeError(self.log.read_text()[-3000:]) from error
        return self

    def _begin(self, environment: dict[str, str]) -> "subprocess.Popen[bytes] | PreloadedProcess":
        command = [*self._command(), *self.arguments]
        if self.preloaded and not self.arguments and can_fork(environment):
            module = [command[0].removesuffix(".py"), *command[1:]]
            return PreloadedProcess(module, cwd=PROJECT, env=environment, log=self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def _command(self) -> list[str]:
        """What follows `python`."""
        if self.kind == "daphne":
            return ["manage.py", "runserver", f"127.0.0.1:{self.port}", "--noreload"]
        if self.unix_socket is not None:
            return ["manage.py", "serve", f"unix:{self.unix_socket}"]
        return serve_command(self.port)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def send(self, how: signal.Signals) -> None:
        """Send a signal, and do not wait for what comes of it."""
        assert self._process is not None
        self._process.send_signal(how)

    def exit_code(self) -> int:
        """Wait, bounded, until the process has ended."""
        assert self._process is not None
        return self._process.wait(STOP_WITHIN_SECONDS)

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
