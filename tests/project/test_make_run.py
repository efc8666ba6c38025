"""`make run` in an empty folder, as each pip that Pythons come with begins it."""

import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from sessions_app.simulation.servers import free_port
from tests.support.program import copy_project

pytestmark = [pytest.mark.requirement("F1"), pytest.mark.long, pytest.mark.timeout(900)]

WITHIN_SECONDS = 600
MOST_MEGABYTES = 300
BUILT = {".lock", "chat_view.html", "checker.mjs", "page", "preloads.json", "letters.js"}
BUILT |= {"licenses.txt", "static", "static.json"}


@contextmanager
def _make_run(folder: Path, port: int, environment: dict[str, str]) -> Iterator[list[str]]:
    """What it prints, up to its third line of three; ended by Ctrl+C."""
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}", f"PYTHON={sys.executable}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            told: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                told.append(line.rstrip())
                if line.startswith("Stop "):
                    break
            assert told[-1:] == ["Stop     with Ctrl+C"], told
            yield told
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=WITHIN_SECONDS)


def _newer_pydantic(folder: Path) -> None:
    """A release that appeared after the lock was written."""
    information = "pydantic-99.0.dist-info"
    metadata = "Metadata-Version: 2.1\nName: pydantic\nVersion: 99.0\nProvides-Extra: email\n"
    with zipfile.ZipFile(folder / "pydantic-99.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("pydantic/__init__.py", "raise ImportError('the newest release')\n")
        wheel.writestr(f"{information}/METADATA", metadata)
        wheel.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{information}/RECORD", "")


def _megabytes(folder: Path) -> float:
    files = (path.lstat() for path in folder.rglob("*"))
    return sum({found.st_ino: found.st_size for found in files}.values()) / 1e6


def _old_node(folder: Path) -> str:
    """A PATH whose Node.js is too old, as many a machine's is: the page is built by another one."""
    folder.mkdir()
    node = folder / "node"
    node.write_text("#!/bin/sh\necho v12.22.9\n")
    node.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("pip", "has_node"),
    [("pip==22.0", True), ("pip==23.0.1", True), ("pip==23.2.1", False), ("pip", False)],
)
def test_it_serves_whatever_pip_there_is_and_whatever_was_released(
    tmp_path: Path, pip: str, has_node: bool
) -> None:
    project, wheels = tmp_path / "project", tmp_path / "wheels"
    project.mkdir()
    wheels.mkdir()
    copy_project(project)
    _newer_pydantic(wheels)
    environment = os.environ | {"PIP_FIND_LINKS": str(wheels), "DATABASE_URL": ""}
    if not has_node:
        environment["PATH"] = _old_node(tmp_path / "commands")
    before = {path.name for path in project.iterdir()}
    subprocess.run([sys.executable, "-m", "venv", project / ".venv"], check=True)
    python = project / ".venv/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", pip], check=True)
    port = free_port()
    with _make_run(project, port, environment) as told:
        address = f"http://127.0.0.1:{port}/"
        assert told[-3:-1] == [
            f"Open     {address}",
            f"Connect  claude mcp add --transport http hello3d {address}mcp",
        ]
        page = httpx2.get(address, timeout=60)
        assert page.status_code == 200
        for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            assert httpx2.get(address + file[1:], timeout=60).status_code == 200
    new = {path.name for path in project.iterdir()} - before
    assert {name for name in new if not name.startswith("db.sqlite3")} == {".venv", "build"}
    assert {path.name for path in (project / "build").iterdir()} == BUILT
    assert _megabytes(project) <= MOST_MEGABYTES
