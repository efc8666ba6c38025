"""The installed program's command, `hello3d`, with a data folder of the test's own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sessions_app.simulation.servers import PROJECT

WITHIN_SECONDS = 90
# What `hello3d` runs once installed; the checkout stands where site-packages would.
FROM_CHECKOUT = (sys.executable, "-c", "from hello3d.command_line import main; main()")


@dataclass
class Program:
    """How to start it: by which command, from which folder, with whose data and environment."""

    home: Path
    folder: Path
    command: Sequence[str] = FROM_CHECKOUT
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.home / "hello3d"

    @property
    def environment(self) -> dict[str, str]:
        own = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home), **self.variables}
        if self.command is FROM_CHECKOUT:
            own["PYTHONPATH"] = str(PROJECT)
        return os.environ | own

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=WITHIN_SECONDS,
        )

    @contextmanager
    def serving(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """`hello3d serve`, which is killed after the block if it still runs."""
        process = subprocess.Popen(
            [*self.command, "serve", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()


def read_origin(process: "subprocess.Popen[str]") -> str:
    """Where it says that it serves, in the first of its three lines."""
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.fullmatch(r"Open +(http://[\w.:]+)/\n", first)
    assert found is not None, first or process.communicate(timeout=WITHIN_SECONDS)[1]
    return found[1]


def end(process: "subprocess.Popen[str]") -> str:
    """Ask it to end; return its log."""
    process.terminate()
    return process.communicate(timeout=WITHIN_SECONDS)[1]
