"""Set-up: what a machine must have, what is installed, and that no release elsewhere changes it."""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sessions_app.simulation.servers import PROJECT, free_port
from tests.support.ports import ReservedPort
from tests.support.program import copy_project, run_command
from tooling.environment import PYTHON, UV
from tooling.network import Network

pytestmark = pytest.mark.requirement("F1")

WITHIN_SECONDS = 120
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def _tooling(*arguments: str, before: str = "pass") -> "subprocess.CompletedProcess[str]":
    """`python3 -m tooling` with a line that makes this Python another one."""
    code = (
        f"import runpy, sys; {before}; sys.argv = ['tooling', *{arguments!r}];"
        " runpy.run_module('tooling', run_name='__main__')"
    )
    return run_command(sys.executable, "-c", code)


@pytest.mark.parametrize(
    "platform",
    [PLATFORMS[0], *(pytest.param(one, marks=pytest.mark.long) for one in PLATFORMS[1:])],
)
def test_the_lock_can_be_installed_from_wheels_alone(platform: str, tmp_path: Path) -> None:
    """What is needed is in the lock, and each of it has a wheel there, for every Python."""
    network = Network.of_pip(PYTHON).for_uv()
    for version in PYTHONS:
        resolved = run_command(
            *(str(UV), "pip", "install", "--dry-run", "--require-hashes"),
            *("--only-binary", ":all:", "--target", str(tmp_path)),
            *("--python-platform", platform, "--python-version", version),
            *("--requirement", "requirements.txt"),
            environment=network,
        )
        assert resolved.returncode == 0, f"{platform}, {version}: {resolved.stderr}"
        assert "Would install" in resolved.stderr


def test_every_package_of_the_locks_has_hashes_and_one_version() -> None:
    locks = [*PROJECT.glob("requirements*.txt"), *(PROJECT / "tooling").glob("*.txt")]
    assert len(locks) == 5
    for lock in locks:
        for entry in re.split(r"\n(?=\w)", lock.read_text()):
            assert re.match(r"[\w.-]+==\S+.*\\\n +--hash=sha256:", entry), lock.name


@pytest.mark.parametrize("version", ["(3, 8, 10)", "(3, 10, 14)", "(3, 15, 0)"])
def test_another_python_is_refused_in_a_sentence(version: str) -> None:
    refused = _tooling("check", "8000", before=f"sys.version_info = {version}")
    short = ".".join(version.strip("()").split(", ")[:2])
    assert (refused.returncode, refused.stderr) == (
        1,
        f"Hello3D needs Python 3.11 to 3.14, and this is {short}: name another one, for example"
        " make run PYTHON=python3.12\n",
    )


def test_every_python_can_read_the_file_that_says_so() -> None:
    ast.parse((PROJECT / "tooling/__main__.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_of_at_once(missing: str) -> None:
    hide = (
        "import importlib.util as util; find = util.find_spec;"
        f" util.find_spec = lambda name, *rest: None if name == {missing!r} else find(name, *rest)"
    )
    refused = _tooling("check", str(free_port()), before=hide)
    assert refused.returncode == 1
    assert refused.stderr == (
        "This Python has no venv module: install it (Debian and Ubuntu: apt install python3-venv),"
        " then try again.\n"
    )


def test_a_port_that_is_taken_is_told_of_before_anything_is_installed(tmp_path: Path) -> None:
    copy_project(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run_command(
            "make", "run", f"PORT={port}", f"PYTHON={sys.executable}", cwd=tmp_path
        )
    assert refused.returncode != 0
    first, *rest = refused.stderr.splitlines()
    assert first == (
        f"Port {port} cannot be used (Address already in use): end the program that has it, or"
        " choose another one, for example make run PORT=8010"
    )
    assert [line for line in rest if not line.startswith("make")] == []
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("host", ["192.0.2.77", "no.such.host.invalid"])
def test_an_address_that_is_not_this_machines_is_told_of_at_once(host: str) -> None:
    refused = _tooling("check", str(free_port()), host)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"HOST={host} is no address of this machine: give the one that it has in your network, for"
        " example make run HOST=192.168.1.20\n"
    )


def test_without_a_network_it_ends_with_a_sentence(tmp_path: Path) -> None:
    copy_project(tmp_path)
    _make_environment(tmp_path / ".venv")
    nobody = ReservedPort()
    nowhere = {"PIP_INDEX_URL": f"http://127.0.0.1:{nobody.number}/simple", "PIP_NO_INDEX": ""}
    nowhere |= {"PIP_CONFIG_FILE": os.devnull, "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    command = (sys.executable, "-m", "tooling", "install", "requirements.txt")
    refused = run_command(*command, cwd=tmp_path, environment=nowhere)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "The packages cannot be downloaded: is this machine online? (The index, proxy and"
    )
    assert refused.stderr.count("\n") == 1


def test_without_the_npm_registry_it_ends_with_a_sentence(tmp_path: Path) -> None:
    copy_project(tmp_path)
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    nobody = ReservedPort()
    nowhere = {
        "npm_config_registry": f"http://127.0.0.1:{nobody.number}/",
        "npm_config_fetch_retries": "0",
        "PATH": f"{PROJECT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}",
    }
    command = (sys.executable, "-m", "tooling", "page")
    refused = run_command(*command, cwd=tmp_path, environment=nowhere)
    assert refused.returncode == 1
    assert re.fullmatch(
        r"The tools that build the page cannot be downloaded: is this machine online\? \(The"
        r" registry, proxy and certificates are those of npm's settings; npm said: .*"
        rf"127\.0\.0\.1:{nobody.number}/.*\)\n",
        refused.stderr,
    ), refused.stderr


def test_the_page_is_built_anew_after_what_it_is_made_of(tmp_path: Path) -> None:
    copy_project(tmp_path)
    later = (tmp_path / "Makefile").stat().st_mtime + 60
    for stamp in (".venv/.runtime", "build/page/.built"):
        (tmp_path / stamp).parent.mkdir(parents=True)
        (tmp_path / stamp).touch()
        os.utime(tmp_path / stamp, (later, later))
    question = ("make", "--question", "build/page/.built")
    recipe = "sessions_app/scene/props/recipes/living.json"
    for source in ("static/js/main.js", "tooling/chat_view.mjs", recipe, "package.json"):
        assert run_command(*question, cwd=tmp_path).returncode == 0
        os.utime(tmp_path / source, (later + 60, later + 60))
        assert run_command(*question, cwd=tmp_path).returncode == 1, source
        os.utime(tmp_path / source, (later - 60, later - 60))


def test_no_downloads_stay(tmp_path: Path) -> None:
    copy_project(tmp_path)
    downloads = tmp_path / "build" / "downloads"
    (downloads / "wheels").mkdir(parents=True)
    command = (sys.executable, "-m", "tooling", "check", str(free_port()))
    assert run_command(*command, cwd=tmp_path).returncode == 0
    assert not downloads.exists()


def _make_environment(folder: Path) -> None:
    """One whose pip is ours: to install its own takes as long as all else together."""
    run_command(sys.executable, "-m", "venv", "--without-pip", str(folder))
    [packages] = folder.glob("lib/*/site-packages")
    ours = next(path for path in sys.path if (Path(path) / "pip").is_dir())
    (packages / "pip").symlink_to(Path(ours) / "pip")


def test_an_environment_whose_python_is_gone_is_installed_anew(tmp_path: Path) -> None:
    copy_project(tmp_path)
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(tmp_path / "gone")
    stamp = tmp_path / ".venv" / ".runtime"
    stamp.touch()
    command = (sys.executable, "-m", "tooling", "check", str(free_port()))
    assert run_command(*command, cwd=tmp_path).returncode == 0
    assert not stamp.exists()


def test_pips_settings_are_passed_on_to_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "wheels"
    folder.mkdir()
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = https://packages.example/simple\ntimeout = 7\n"
        f"find-links = {folder}\n    {tmp_path / 'gone'}\nconstraint = caps.txt\n"
        "[install]\nindex-url = https://install.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("PIP_CERT", "/certificates.pem")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "9")
    network = Network.of_pip(Path(sys.executable))
    monkeypatch.setenv("UV_CONSTRAINT", "caps.txt")
    for_uv = network.for_uv()
    assert {name: value for name, value in for_uv.items() if name[:3] in ("UV_", "SSL")} == {
        "UV_DEFAULT_INDEX": "https://install.example/simple",
        "UV_FIND_LINKS": str(folder),
        "SSL_CERT_FILE": "/certificates.pem",
        "UV_HTTP_TIMEOUT": "9",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_NO_CONFIG": "1",
    }
    for_pip = {name: value for name, value in network.for_pip().items() if name[:4] == "PIP_"}
    assert for_pip == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_INDEX_URL": "https://install.example/simple",
        "PIP_FIND_LINKS": str(folder),
        "PIP_TIMEOUT": "7",
        "PIP_CERT": "/certificates.pem",
    }
