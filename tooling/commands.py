"""What `python3 -m tooling` can do, and how it ends where it cannot."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

from tooling import page
from tooling.environment import SetupError, install, require_venv, run_uv


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
        commands[name](*rest)
    except SetupError as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)  # it said itself what is wrong
    except KeyboardInterrupt:
        sys.exit(130)


def check(port: str) -> None:
    """What can be known before anything is downloaded: the `venv` module, and a free port.

    Raises:
        SetupError: `make run` could not work.
    """
    require_venv()
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise SetupError(f"PORT={port} is no port: give 1 to 65535, for example make run PORT=8010")
    try:
        socket.create_server(("127.0.0.1", int(port))).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SetupError(
            f"Port {port} cannot be used ({reason}): end the program that has it, or choose another"
            " one, for example make run PORT=8010"
        ) from None
