"""A temporary server for simulations and benchmarks: a fresh SQLite file on loopback."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PROJECT = Path(__file__).resolve().parents[2]
START_WITHIN_SECONDS = 40
STOP_WITHIN_SECONDS = 20


@dataclass(frozen=True)
class OwnServer:
    """A running server: its origin, process id and database file."""

    origin: str
    pid: int
    database: Path


class Started(Protocol):
    """A process; `poll` returns None until it has ended."""

    def poll(self) -> int | None: ...


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_command(port: int) -> list[str]:
    """Return the command of a server on this loopback port, without `python`."""
    return ["manage.py", "serve", f"127.0.0.1:{port}"]


def await_answer(origin: str, process: Started) -> None:
    """Wait until the server responds to any request.

    Raises:
        RuntimeError: it ended, or did not respond in time.
    """
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{origin}/scenes/", timeout=5):  # noqa: S310 - our own
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start; its own output says why")


@contextlib.contextmanager
def own_server(environment: Mapping[str, str] | None = None) -> Iterator[OwnServer]:
    """Run a server with production settings while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "scenes.sqlite3"
        port = free_port()
        variables = os.environ | {
            "DJANGO_SETTINGS_MODULE": "hello3d.settings",
            "DATABASE_URL": f"sqlite:///{database}",
            "REDIS_URL": "",
            "DJANGO_DEBUG": "false",
            "DJANGO_SECRET_KEY": os.urandom(32).hex(),
            "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "ERROR",
            # All requests come from this machine, faster than from people; the limits still count.
            "RATE_SHARED_ADDRESSES": "127.0.0.0/8",
            "MCP_RATE_PER_CLIENT": "9000000/60",
            "MCP_RATE_PER_SCENE": "9000000/60",
            "MCP_MAX_SESSIONS": "1000000",
            **(environment or {}),
        }
        command = [sys.executable, *serve_command(port), "--migrate"]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=PROJECT, env=variables, stdout=subprocess.DEVNULL
        )
        try:
            origin = f"http://127.0.0.1:{port}"
            await_answer(origin, process)
            yield OwnServer(origin, process.pid, database)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN_SECONDS)
            process.kill()
