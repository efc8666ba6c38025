"""`hello3d`, as a person or a client starts it: whose settings count, and whose data."""

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from playwright.async_api import Browser

from hello3d.configuration.data_folder import NOT_FROM_OUTSIDE
from sessions_app.storage import sole_server
from tests.support.browsers import ScenePage
from tests.support.calls import NEWEST_ERA, TEST_CLIENT, call
from tests.support.documents import documented_settings
from tests.support.http import get, is_ready
from tests.support.ports import ReservedPort
from tests.support.program import MANAGE, Program, end, read_origin
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.requirement("F2")

# Each start of the whole program takes seconds: the other era is for the long tests.
# What a client's folder may hold of somebody's project.
PROJECTS = {
    "DATABASE_URL": "sqlite:///project.sqlite3",
    "REDIS_URL": "redis://127.0.0.1:1",
    "DJANGO_SETTINGS_MODULE": "project.settings",
    "DJANGO_DEBUG": "true",
    "DJANGO_SECRET_KEY": "short",
    "LOG_LEVEL": "verbose",
    "LOG_FILE": "project.log",
    "PUBLIC_ORIGIN": "project.example",
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Started in the folder of somebody's project, whose settings are wrong for us."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in PROJECTS.items()))
    return Program(tmp_path / "home", folder, variables=PROJECTS)


@asynccontextmanager
async def _client(program: Program, era: str = "auto") -> AsyncIterator[Client]:
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((program.folder.parent / "stdio.log").open("a"))
        first, *rest = stack.enter_context(program.standing_in("stdio"))
        parameters = StdioServerParameters(
            command=first, args=rest, env=program.environment, cwd=program.folder
        )
        transport = stdio_client(parameters, errlog=log)
        async with Client(transport, mode=era, client_info=TEST_CLIENT) as client:
            yield client


def test_a_projects_folder_and_variables_are_neither_read_nor_written(program: Program) -> None:
    program.whole = True
    before = {path: path.read_text() for path in program.folder.iterdir()}
    with program.serving("0") as process:
        origin = read_origin(process)
        assert is_ready(origin)
        missing = get(f"{origin}/no-such-page")
        log = end(process)
    assert process.returncode == 0
    assert "Traceback" not in log
    assert "DEBUG" not in missing.text  # as Django's own page of a missing page says it
    assert {path: path.read_text() for path in program.folder.iterdir()} == before
    assert (program.data / "hello3d.sqlite3").is_file()


def test_the_data_folder_and_its_secret_key_are_the_users_alone(program: Program) -> None:
    assert program.run("manage", "check").returncode == 0
    key = program.data / "secret-key"
    assert stat.S_IMODE(program.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first = key.read_text()
    assert len(first) >= 50
    assert program.run("manage", "check").returncode == 0
    assert key.read_text() == first


def test_two_first_starts_at_once_both_serve_each_its_own_scenes(program: Program) -> None:
    with program.serving("0") as one, program.serving("0") as other:
        for process in (one, other):
            origin = read_origin(process)
            assert is_ready(origin)
        logs = [end(one), end(other)]
    assert [one.returncode, other.returncode] == [0, 0]
    told = "Another process serves the scenes in "
    assert sorted(log.count(told) for log in logs) == [0, 1]
    names = {path.name for path in program.data.glob("*.sqlite3")}
    assert names == {"hello3d.sqlite3", "hello3d-2.sqlite3"}
    assert list(program.data.glob("secret-key*")) == [program.data / "secret-key"]


def test_settings_come_from_the_data_folder_or_from_the_file_that_is_named(
    program: Program, tmp_path: Path
) -> None:
    program.data.mkdir(parents=True)
    (program.data / "hello3d.env").write_text("# mine\n\nexport LOG_LEVEL='LOUD'\n")
    refused = program.run("manage", "check")
    assert (refused.returncode, refused.stderr) == (
        1,
        "LOG_LEVEL='LOUD' cannot be used. Accepted: DEBUG, INFO, WARNING, ERROR, CRITICAL.\n",
    )
    named = tmp_path / "other.env"
    named.write_text(f"DATABASE_URL=sqlite:///{tmp_path / 'other.sqlite3'}\n")
    assert program.run("manage", "migrate", "--env-file", str(named)).returncode == 0
    assert (tmp_path / "other.sqlite3").is_file()
    assert not (program.data / "hello3d.sqlite3").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory.\n"),
        (b"A=1\nno assignment\n", ", line 2: give NAME=value, or a # and a remark.\n"),
        (b"A=\xff\n", "cannot be read: it is no UTF-8 text.\n"),
    ],
)
def test_a_file_of_settings_that_cannot_be_used_is_told_of_without_its_content(
    program: Program, tmp_path: Path, content: bytes | None, told: str
) -> None:
    named = tmp_path / "named.env"
    if content is not None:
        named.write_bytes(content)
    refused = program.run("--env-file", str(named), "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith(str(named))
    assert refused.stderr.endswith(told)
    assert refused.stderr.count("\n") == 1


def test_it_says_what_it_can_do(program: Program) -> None:
    asked = replace(program, whole=True).run("--help")
    assert asked.returncode == 0
    assert "hello3d stdio" in asked.stdout
    assert str(program.data / "hello3d.env") in asked.stdout
    for arguments in ((), ("help",)):
        assert program.run(*arguments).stdout == asked.stdout
    unknown = program.run("server")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("hello3d has no command 'server'.\n")
    assert program.run("--version").stdout.strip().count(".") == 2
    assert "--workers N" in program.run("serve", "--help").stdout
    assert program.run("stdio", "--help").stdout.startswith("usage: hello3d stdio ")
    assert not list(program.data.glob("*.sqlite3"))


def test_every_setting_that_is_not_ours_by_name_is_kept_from_outside() -> None:
    ours = ("HELLO3D_", "MCP_", "DJANGO_", "OTEL_")
    others = {name for name in documented_settings() if not name.startswith(ours)}
    assert others - {"BROWSER_URL"} == set(NOT_FROM_OUTSIDE)


@pytest.mark.long
@pytest.mark.anyio
@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_clients_that_start_it_at_once_share_one_server(
    program: Program, browser: Browser, era: str
) -> None:
    program.whole = True
    async with _client(program, era) as one, _client(program, era) as other:
        links = await asyncio.gather(
            call(one, "get_browser_connection_url"), call(other, "get_browser_connection_url")
        )
        page = await ScenePage.open(browser, links[0]["browserUrl"])
        await page.connected()
        # Whichever of the two serves: the other one's call reaches the page at once.
        seen = await call(other, "change_model_color", color="lime", scene=links[0]["sessionId"])
        assert seen["browsers"]["acknowledged"] == 1
        await page.shows(1)
        await page.close()
    assert len({link["browserUrl"].partition("?")[0] for link in links}) == 1
    assert "Traceback" not in (program.folder.parent / "stdio.log").read_text()


@pytest.mark.anyio
@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_a_client_goes_on_when_the_process_that_served_it_is_killed(
    program: Program, era: str
) -> None:
    with program.serving("0") as server:
        origin = read_origin(server)
        async with _client(program, era) as client:
            link = await call(client, "get_browser_connection_url")
            assert link["browserUrl"].startswith(f"{origin}/?")
            server.kill()
            server.wait(WITHIN_SECONDS)
            changed = await call(
                client, "change_model_color", color="lime", scene=link["sessionId"]
            )
            assert (changed["revision"], changed["browserUrl"]) == (1, link["browserUrl"])
            assert sole_server.origin_of(program.data / "hello3d.sqlite3") == origin
            assert is_ready(origin)


@pytest.mark.long
@pytest.mark.anyio
async def test_a_stranger_at_the_port_of_a_killed_server_gets_nothing(program: Program) -> None:
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(10_000))
        writer.close()

    with program.serving("0") as server:
        origin = read_origin(server)
        async with _client(program) as client:
            link = await call(client, "get_browser_connection_url")
            server.kill()
            server.wait(WITHIN_SECONDS)
            port = urlsplit(origin).port
            async with await asyncio.start_server(hear, "127.0.0.1", port):
                lime = {"color": "lime", "scene": link["sessionId"]}
                changed = await call(client, "change_model_color", **lime)
    assert changed["revision"] == 1
    assert not changed["browserUrl"].startswith(origin)
    assert heard == []


@pytest.mark.long
@pytest.mark.anyio
async def test_a_proxy_of_the_clients_environment_hears_nothing_of_what_is_shared(
    program: Program,
) -> None:
    proxy = ReservedPort()  # nobody listens there
    program.variables = {**program.variables, "HTTP_PROXY": f"http://127.0.0.1:{proxy.number}"}
    with program.serving("0") as server:
        read_origin(server)
        async with _client(program) as client:
            assert (await call(client, "get_browser_connection_url"))["sessionId"]


def test_nothing_lies_where_a_client_happens_to_start_it(program: Program, tmp_path: Path) -> None:
    named = tmp_path / "own.env"
    for line in ("DATABASE_URL=sqlite:///scenes.sqlite3", "LOG_FILE=hello3d.log"):
        named.write_text(f"{line}\n")
        refused = program.run("manage", "check", "--env-file", str(named))
        assert refused.returncode == 1
        assert refused.stderr.endswith("give the whole path of the file.\n")


@pytest.mark.long
def test_a_folder_that_the_user_made_is_closed_to_others_too(program: Program) -> None:
    program.data.mkdir(parents=True)
    program.data.chmod(0o755)
    # Marked as Windows' editor does it, and with a value that is no reference.
    (program.data / "hello3d.env").write_text("\ufeffMETRICS_TOKEN=$ixteen-or-more-letters\n")
    checked = program.run("manage", "check")
    assert checked.returncode == 0, checked.stderr
    assert stat.S_IMODE(program.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((program.data / "hello3d.sqlite3").stat().st_mode) == 0o600


def test_an_empty_secret_key_is_told_of_by_its_file(program: Program) -> None:
    program.data.mkdir(parents=True)
    (program.data / "secret-key").touch()
    refused = program.run("manage", "check")
    assert refused.stderr.endswith("secret-key is empty: delete it, and a key is made anew.\n")


def test_an_env_file_is_read_beside_manage_py_only(tmp_path: Path) -> None:
    """The one of the working directory, where a client starts manage.py, is somebody else's."""
    (tmp_path / ".env").write_text("LOG_LEVEL=LOUD\n")
    assert Program(tmp_path, tmp_path, MANAGE).run("check").returncode == 0
    named = {"HELLO3D_ENV_FILE": str(tmp_path / ".env")}
    refused = Program(tmp_path, tmp_path, MANAGE, named).run("check")
    assert refused.returncode == 1
    assert refused.stderr.startswith("LOG_LEVEL='LOUD' cannot be used.")
    won = Program(tmp_path, tmp_path, MANAGE, named | {"LOG_LEVEL": "INFO"}).run("check")
    assert won.returncode == 0
