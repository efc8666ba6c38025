"""A command for a client to start, whose process is a preloaded one."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.support.preloaded import PreloadedProcess
from tests.support.waiting import WITHIN_SECONDS

LENDER = Path(__file__).with_name("lender.py")


@contextlib.contextmanager
def standing_in(module: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Iterator[list[str]]:
    """A command that is, the one time that it is started, `python -m MODULE ARGUMENTS`.

    Whoever starts it starts, ends and kills a process whose streams the preloaded one uses.
    """
    with (
        tempfile.TemporaryDirectory() as folder,  # pytest's own paths are too long for a socket
        socket.socket(socket.AF_UNIX) as listener,
    ):
        listener.bind(f"{folder}/socket")
        listener.listen()

        def stand_in() -> None:
            with contextlib.suppress(OSError):  # nobody starts it
                lender, _ = listener.accept()
                with lender:
                    _run(module, cwd, env, lender)

        thread = threading.Thread(target=stand_in, daemon=True)
        thread.start()
        yield [sys.executable, "-IS", str(LENDER), f"{folder}/socket"]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(WITHIN_SECONDS)


def _run(module: Sequence[str], cwd: Path, env: Mapping[str, str], lender: socket.socket) -> None:
    _, lent, *_ = socket.recv_fds(lender, 1, 3)
    process = PreloadedProcess(module, cwd=cwd, env=env, streams=dict(enumerate(lent)))
    for number in lent:
        os.close(number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(WITHIN_SECONDS, or_until=lender)
    process.kill()  # where who stands in for it was killed
    code = process.wait(WITHIN_SECONDS)
    with contextlib.suppress(BrokenPipeError):
        lender.send(bytes([code % 256]))
