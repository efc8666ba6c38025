"""Scripts of tests that Node runs: a line of JSON in, a line of JSON out."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sessions_app.simulation.servers import PROJECT
from tests.support.waiting import WITHIN_SECONDS


@contextmanager
def node_script(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a script; it ends by itself once its input is closed."""
    with subprocess.Popen(
        [PROJECT / ".venv/bin/node", path],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(WITHIN_SECONDS)
