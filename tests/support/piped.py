"""Processes of the program whose standard streams are the test's: preloaded ones, or whole ones."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from tests.support.preloaded import PreloadedProcess, can_fork

END_WITHIN_SECONDS = 90


class PipedProcess(PreloadedProcess):
    """With of `subprocess.Popen` what the tests ask of one with pipes and texts.

    With a `log` what it writes to its standard error is there, and not in a pipe.
    """

    def __init__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path | None = None
    ) -> None:
        reads, write = os.pipe()
        read, writes = os.pipe()
        theirs = {0: reads, 1: writes}
        self.stdin: IO[str] = os.fdopen(write, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(read, encoding="utf-8")
        self.stderr: IO[str] | None = None
        if log is None:
            read, theirs[2] = os.pipe()
            self.stderr = os.fdopen(read, encoding="utf-8")
        super().__init__(command, cwd=cwd, env=env, log=log, streams=theirs)
        for number in theirs.values():
            os.close(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(BrokenPipeError):
                if stream is not None:
                    stream.close()
        self.wait(END_WITHIN_SECONDS)

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, *, timeout: float) -> tuple[str, str]:
        """What it still writes, to its standard output and error, until it has ended.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        told = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            told[number] = stream.read()

        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        pipes = [(0, self.stdout), (1, self.stderr)]
        threads = [
            threading.Thread(target=read, args=pipe, daemon=True)
            for pipe in pipes
            if pipe[1] is not None and not pipe[1].closed
        ]
        for thread in threads:
            thread.start()
        self.wait(timeout)
        for thread in threads:
            thread.join(timeout)
        return told[0], told[1]


Piped = subprocess.Popen[str] | PipedProcess


def start(
    command: Sequence[str],
    module: Sequence[str] | None,
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path | None = None,
) -> Piped:
    """The module with its arguments, preloaded; where there is none, the whole command."""
    if module is not None and can_fork(env):
        return PipedProcess(module, cwd=cwd, env=env, log=log)
    with contextlib.ExitStack() as stack:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if log is None else stack.enter_context(log.open("ab")),
            encoding="utf-8",
        )
