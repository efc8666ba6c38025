"""Servers that start with modules loaded are what they would have become alone."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sessions_app.simulation.servers import PROJECT
from tests.support.piped import PipedProcess
from tests.support.preloaded import MODULES, PACKAGES, PreloadedProcess, can_fork
from tests.support.standing_in import standing_in
from tests.support.waiting import WITHIN_SECONDS

OWN = ("hello3d", "mcp_bridge", "sessions_app", "tests")
# What uvicorn loads when it begins to serve, by its command line.
SERVING = ("uvicorn.main", *(name for name in PACKAGES if name.startswith("uvicorn.")))
TELL = """
import importlib, json, os, sys, threading

class Unread:
    def get(self, name, default=None):
        assert name.startswith("PYDANTIC_"), name
        return default

opened, packages = set(os.listdir("/proc/self/fd")), []
for name in sys.argv[1:]:
    if name == "--unread":
        packages = sorted(sys.modules)
        os.environ = Unread()  # whatever reads more of it, fails
        continue
    importlib.import_module(name)
opened ^= set(os.listdir("/proc/self/fd"))
modules = sorted(sys.modules)
print(json.dumps([modules, packages or modules, len(opened), threading.active_count()]))
"""


def _tell(*names: str) -> tuple[set[str], set[str], int, int]:
    """The modules, those before `--unread`, files and threads of a process that imports these."""
    ran = subprocess.run(
        [sys.executable, "-c", TELL, *names],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        timeout=WITHIN_SECONDS,
    )
    modules, packages, opened, threads = json.loads(ran.stdout)
    return set(modules), set(packages), opened, threads


def test_only_what_every_server_loads_is_loaded_before() -> None:
    before, packages, opened, threads = _tell(*PACKAGES, "--unread", *MODULES)
    assert not [name for name in packages if name.split(".")[0] in OWN]
    assert "sessions_app" in before
    assert (opened, threads) == (0, 1)
    assert "hello3d.settings" not in before
    server = _tell(*SERVING, "hello3d.asgi", "hello3d.urls")[0]
    assert sorted(before - server) == []
    assert "daphne.server" not in server  # it is for development only, and brings Twisted along


def _ended(log: Path, *command: str, environment: Mapping[str, str] | None = None) -> int:
    process = PreloadedProcess(command, cwd=PROJECT, env=environment or {}, log=log)
    return process.wait(WITHIN_SECONDS)


def test_it_has_the_environment_the_folder_and_the_log_that_it_is_given(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert _ended(log, "tabnanny", "manage.py", "nowhere.py") == 0
    environment = {"DJANGO_SETTINGS_MODULE": "hello3d.settings", "LOG_LEVEL": "BOTTLENOSE"}
    assert _ended(log, "django", "check", environment=environment) == 1
    first, *then = log.read_text().splitlines()
    assert first.startswith("'nowhere.py': I/O Error")  # and "manage.py" is there
    assert "BOTTLENOSE" in then[-1]


def test_a_signal_ends_it_and_is_told_as_its_exit_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = PreloadedProcess(("http.server", "0"), cwd=PROJECT, env={}, log=log)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.kill()
    assert process.wait(WITHIN_SECONDS) == -signal.SIGKILL
    process.kill()  # of one that has ended: nothing happens


DECODER = ("base64", "-d")
REFUSING = ("http.server", "nonsense")  # it ends with 2, which is argparse's


def test_its_streams_are_the_tests_own_where_it_asks_for_them(tmp_path: Path) -> None:
    with PipedProcess(DECODER, cwd=PROJECT, env={}) as process:
        process.stdin.write("c2FpZA==")
        assert process.communicate(timeout=WITHIN_SECONDS) == ("said", "")
        assert process.returncode == 0
    with PipedProcess(REFUSING, cwd=PROJECT, env={}) as process:
        assert "invalid int value" in process.communicate(timeout=WITHIN_SECONDS)[1]
        assert process.returncode == 2
    log = tmp_path / "log"
    with PipedProcess(REFUSING, cwd=PROJECT, env={}, log=log) as process:
        assert process.communicate(timeout=WITHIN_SECONDS) == ("", "")
    assert "invalid int value" in log.read_text()


@pytest.mark.parametrize(
    ("module", "told", "code"), [(DECODER, b"said", 0), (REFUSING, b"", 2)], ids=["good", "refused"]
)
def test_who_stands_in_for_it_lends_its_streams_and_ends_as_it_ends(
    module: tuple[str, ...], told: bytes, code: int
) -> None:
    with standing_in(module, cwd=PROJECT, env={}) as command:
        ran = subprocess.run(
            command, input=b"c2FpZA==", capture_output=True, check=False, timeout=WITHIN_SECONDS
        )
    assert (ran.stdout, ran.returncode) == (told, code)


def test_it_ends_with_who_stands_in_for_it() -> None:
    with (
        standing_in(("code", "-q"), cwd=PROJECT, env={}) as command,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.read(4) == b">>> "
        process.kill()
        assert process.stdout.read() == b""  # nobody holds it open any more


@pytest.mark.parametrize("name", ["PYTHONPATH", "COVERAGE_PROCESS_START"])
def test_what_the_interpreter_reads_itself_needs_a_whole_one(name: str) -> None:
    assert can_fork({"DATABASE_URL": "sqlite://"})
    assert not can_fork({"DATABASE_URL": "sqlite://", name: "given"})
