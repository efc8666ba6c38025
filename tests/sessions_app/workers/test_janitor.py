"""Every process cleans up at intervals, several at once do no harm, and a crash is put right."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from sessions_app.models import SceneSession, ToolCall, Worker
from sessions_app.storage import database
from sessions_app.workers import janitor
from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.clocks import Clock, moved
from tests.support.commands import run_module
from tests.support.scene_documents import model_color
from tests.support.scenes import make_scene_session
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

STORES = pytest.mark.parametrize(
    "store", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"]
)


def _expire_together(database_url: str) -> dict[str, Any]:
    """What tests/support/expiring.py finds with this database."""
    result = run_module("tests.support.expiring", environment={"DATABASE_URL": database_url})
    assert result.returncode == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.mark.requirement("C2")
@STORES
def test_many_at_once_do_each_thing_once_and_no_called_session_sleeps(
    store: str, database_url: str, postgres_template: PostgresTemplate
) -> None:
    url = database_url if store == "sqlite" else postgres_template.copy()
    told = _expire_together(url)
    number = told["idle"] + 160
    assert told["slept"] == told["sleeping events"]
    assert told["asleep although called"] == 0
    assert told["idle"] == told["not woken"] == 80
    assert told["gone"] == [number] * 2
    assert told["closed"] == told["deleted"] == [number] * 3
    assert told["calls left"] == 0


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


async def _becomes(database_url: str, query: str, expected: object) -> None:
    await until(lambda: rows(database_url, query) == [(expected,)])


def _lines(server: ServerProcess) -> list[dict[str, Any]]:
    """What the log says, but for a line that is being written."""
    whole, _, _ = server.log.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


@pytest.mark.requirement("C2")
@pytest.mark.requirement("C7")
async def test_a_server_cleans_up_at_intervals_and_tells_its_browsers(
    start_server: StartServer, database_url: str, clock: Clock
) -> None:
    often = clock.environment | {"MCP_SESSION_CLEANUP_INTERVAL": "1", "LOG_FORMAT": "json"}
    server = start_server(database_url, environment=often)
    state = "SELECT state FROM sessions_app_scenesession"
    async with client_of(server, "legacy") as client:
        key = await open_scene(client)
        await (await open_browser(server, key)).close()
        gone = "SELECT count(*) FROM sessions_app_pairing WHERE left_at IS NOT NULL"
        await _becomes(database_url, gone, 1)
        clock.go_ahead(timedelta(hours=1, minutes=1))
        await _becomes(database_url, state, "idle")
        await call(client, "change_model_color", color="teal")
        await _becomes(database_url, state, "open")
        page = await open_browser(server, key)
        clock.go_ahead(timedelta(days=31))
        [error] = await page.receives("error")
        assert error["code"] == "session_closed"
        assert "by the server: It was not used for 30 days" in error["message"]
        await _becomes(database_url, "SELECT count(*) FROM sessions_app_scenesession", 0)
        # Logged after it is done, in two lines.
        await until(lambda: any(line.get("kind") == "sessions deleted" for line in _lines(server)))
    lines = _lines(server)
    told = {line["event"]: line.get("scene") for line in lines if "sessions" in line["event"]}
    [[scene]] = [set(told.values())]
    assert isinstance(scene, int)
    assert {"sessions put to sleep", "sessions closed that nobody used"} <= set(told)
    assert {"kind": "sessions deleted", "count": 1}.items() <= {
        (name, value) for line in lines for name, value in line.items()
    }
    assert key not in server.log.read_text()


@pytest.mark.requirement("C2")
async def test_scenes_in_use_outlive_every_age(
    start_server: StartServer, database_url: str, clock: Clock
) -> None:
    """One is called every twenty days, the other only looked at; a third is not used any more."""
    often = clock.environment | {"MCP_SESSION_CLEANUP_INTERVAL": "1"}
    server = start_server(database_url, environment=often)
    connected = "SELECT count(*) FROM sessions_app_pairing WHERE left_at IS NULL"
    asleep = "SELECT count(*) FROM sessions_app_scenesession WHERE state = 'idle'"
    async with client_of(server, "auto") as client:
        called, seen, forgotten = [await open_scene(client) for _ in range(3)]
        for key in (called, seen, forgotten):
            await (await open_browser(server, key)).close()
        for days in range(20, 141, 20):
            await _becomes(database_url, connected, 0)
            clock.go_ahead(timedelta(days=days))
            await _becomes(database_url, asleep, 3 if days == 20 else 2)
            await call(client, "get_scene", session=called)
            await (await open_browser(server, seen)).close()
        refused = await client.call_tool("get_scene", {"session": forgotten})
        assert refused.is_error
    keys = {key.replace("-", "") for key in (called, seen)}
    left = rows(database_url, "SELECT edit_key FROM sessions_app_scenesession")
    assert {key for [key] in left} == keys


@pytest.mark.requirement("C2")
@pytest.mark.django_db(transaction=True)
def test_the_command_does_one_run_and_prints_what_it_did() -> None:
    make_scene_session()
    dead = Worker.objects.create(pk=uuid4(), lease_until=timezone.now() - timedelta(days=2))
    ToolCall.objects.create(tool="get_scene", worker_id=dead.pk)
    printed = StringIO()
    with moved(timedelta(minutes=11)):
        call_command("expire_sessions", stdout=printed)
    assert "       1 sessions closed that no browser opened\n" in printed.getvalue()
    assert "       1 calls lost\n" in printed.getvalue()
    assert "       1 dead workers forgotten\n" in printed.getvalue()
    assert "       0 sessions deleted\n" in printed.getvalue()
    assert len(printed.getvalue().splitlines()) == len(janitor.TASKS)
    assert SceneSession.objects.get().state == "closed"


@pytest.mark.requirement("C2")
@pytest.mark.django_db(transaction=True)
async def test_a_task_that_fails_keeps_no_other_from_running(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> int:
        raise DatabaseError

    tasks = (janitor.Task("what fails", fails), *janitor.TASKS)
    monkeypatch.setattr(janitor, "TASKS", tasks)
    await database.run(make_scene_session)
    with moved(timedelta(minutes=11)):
        done = await janitor.clean_up_once()
    assert "what fails" not in done
    assert done["sessions closed that no browser opened"] == 1
    assert "a clean-up failed" in caplog.text


@pytest.mark.requirement("A6")
async def test_a_killed_server_starts_anew_and_its_rows_come_right(
    start_server: StartServer, database_url: str, clock: Clock
) -> None:
    server = start_server(database_url, environment=clock.environment)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        page = await open_browser(server, key)
        await call(client, "change_model_color", color="teal", scene=key)
        server.kill()
    assert count(database_url, "pairing", "left_at IS NULL") == 1
    clock.go_ahead(timedelta(minutes=2))
    server.start()
    left = "SELECT close_code FROM sessions_app_pairing WHERE left_at IS NOT NULL"
    assert rows(database_url, left) == [(1006,)]
    assert count(database_url, "toolcall", "status = 'running'") == 0
    async with client_of(server, "auto") as client:
        again = await open_browser(server, key)
        assert (again.revision, model_color(again.document)) == (1, "#008688")
        result = await call(client, "change_model_color", color="lime", scene=key)
        assert (result["revision"], result["browsers"]["connected"]) == (2, 1)
        await again.close()
    await page.close()


@pytest.mark.requirement("A6")
async def test_a_server_that_stops_writes_its_browsers_down_as_gone(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        page = await open_browser(server, key)
        await call(client, "change_model_color", color="teal", scene=key)
    server.stop()
    gone = "SELECT close_code, left_at IS NOT NULL FROM sessions_app_pairing"
    assert rows(database_url, gone) == [(1012, 1)]
    ended = "SELECT count(*) FROM sessions_app_toolcall WHERE status <> 'success'"
    assert rows(database_url, ended) == [(0,)]
    event = "SELECT kind FROM sessions_app_scenesessionevent ORDER BY id DESC LIMIT 1"
    assert rows(database_url, event) == [("left",)]
    await page.close()
