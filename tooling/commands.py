"""What `python3 -m tooling` can do, and how it ends where it cannot."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tooling import page
from tooling.environment import (
    ROOT,
    forget_if_broken,
    install,
    remove_downloads,
    require_venv,
    run_uv,
    say,
)
from tooling.network import SetupError

LOCK = ROOT / "build" / ".lock"


def run(arguments: list[str]) -> None:
    """Do it; a failure ends with one sentence, Ctrl+C without a word."""
    commands: dict[str, Callable[..., None]] = {
        "check": check,
        "install": install,
        "page": page.build,
        "uv": run_uv,
    }
    name, *rest = arguments or [""]
    if name not in commands:
        sys.exit(f"python3 -m tooling {name}: give one of {', '.join(commands)}.")
    try:
        with _alone():
            commands[name](*rest)
    except SetupError as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)  # it said itself what is wrong
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time: they share .venv and the downloads, which none leaves behind."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running in this folder: waiting for its end")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            remove_downloads()


def check(port: str, host: str = "127.0.0.1") -> None:
    """What can be known before anything is downloaded: the `venv` module, and a free port.

    Raises:
        SetupError: `make run` could not work.
    """
    require_venv()
    forget_if_broken()
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise SetupError(f"PORT={port} is no port: give 1 to 65535, for example make run PORT=8010")
    try:
        socket.create_server((host, int(port))).close()
    except OSError as error:
        code = error.errno or 0
        if code == errno.EADDRNOTAVAIL or code < 0:  # getaddrinfo's own numbers are below zero
            raise SetupError(
                f"HOST={host} is no address of this machine: give the one that it has in your"
                " network, for example make run HOST=192.168.1.20"
            ) from None
        reason = os.strerror(code) if code else str(error)
        raise SetupError(
            f"Port {port} cannot be used ({reason}): end the program that has it, or choose another"
            " one, for example make run PORT=8010"
        ) from None
