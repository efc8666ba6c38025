"""The installed program's command, `hello3d`, with a data folder of the test's own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from sessions_app.simulation.servers import PROJECT
from tests.support.piped import Piped, start
from tests.support.preloaded import can_fork
from tests.support.standing_in import standing_in

WITHIN_SECONDS = 90
# What `hello3d` runs once installed; the checkout stands where site-packages would.
FROM_CHECKOUT = (sys.executable, "-c", "from hello3d.command_line import main; main()")
MANAGE = (sys.executable, str(PROJECT / "manage.py"))
MODULES = {FROM_CHECKOUT: "tests.support.installed", MANAGE: "manage"}


@dataclass
class Program:
    """How to start it: by which command, from which folder, with whose data and environment.

    A `whole` process loads all that it needs itself.
    """

    home: Path
    folder: Path
    command: Sequence[str] = FROM_CHECKOUT
    variables: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False

    @property
    def data(self) -> Path:
        return self.home / "hello3d"

    @property
    def _own(self) -> dict[str, str]:
        return {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home), **self.variables}

    @property
    def module(self) -> str | None:
        """What a preloaded process runs in the command's place, if one may."""
        if self.whole or not can_fork(os.environ | self._own):
            return None
        return MODULES.get(tuple(self.command))

    @property
    def environment(self) -> dict[str, str]:
        is_found = self.command is not FROM_CHECKOUT or self.module is not None
        return os.environ | self._own | ({} if is_found else {"PYTHONPATH": str(PROJECT)})

    def _start(self, *arguments: str) -> Piped:
        return start(
            [*self.command, *arguments],
            None if self.module is None else [self.module, *arguments],
            cwd=self.folder,
            env=self.environment,
        )

    def standing_in(self, *arguments: str) -> AbstractContextManager[list[str]]:
        """A command for a client to start, once."""
        if self.module is None:
            return nullcontext([*self.command, *arguments])
        return standing_in([self.module, *arguments], cwd=self.folder, env=self.environment)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        with self._start(*arguments) as process:
            told, log = process.communicate(timeout=WITHIN_SECONDS)
        assert process.returncode is not None
        return subprocess.CompletedProcess(arguments, process.returncode, told, log)

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[Piped]:
        """`hello3d serve`, which is killed after the block if it still runs."""
        with self._start("serve", *arguments) as process:
            try:
                yield process
            finally:
                process.kill()


def read_origin(process: Piped) -> str:
    """Where it says that it serves, in the first of its three lines."""
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.fullmatch(r"Open +(http://[\w.:]+)/\n", first)
    assert found is not None, first or process.communicate(timeout=WITHIN_SECONDS)[1]
    return found[1]


def end(process: Piped) -> str:
    """Ask it to end; return its log."""
    process.terminate()
    return process.communicate(timeout=WITHIN_SECONDS)[1]


def run_command(
    *command: str, cwd: Path = PROJECT, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=WITHIN_SECONDS,
    )


def copy_project(folder: Path) -> None:
    """What git has, as a clone would; with the changes that are not committed yet."""
    listed = run_command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in listed.stdout.strip("\0").split("\0"):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
