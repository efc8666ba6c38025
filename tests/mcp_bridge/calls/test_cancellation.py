"""A call that is cancelled ends at once and leaves nothing behind, on whatever worker."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.conftest import StartServer
from tests.support.counting import counters, left_behind, settled
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.servers import Kind, ServerProcess
from tests.support.stdio import StdioProcess
from tests.support.storage import calls_ended, rows
from tests.support.stores import PostgresTemplate, SqliteTemplate
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.anyio

COUNTING = {"DJANGO_SETTINGS_MODULE": "tests.settings_counting"}
KINDS: tuple[Kind, ...] = ("uvicorn", "daphne")
AT_REST = {"calls": 0, "requests": 0, "streams": 0}
UNDER_WAY = {"calls": 2, "requests": 1}  # the call, and its question to the page


@pytest.fixture(scope="module")
def counting(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server that tells what it holds; each test leaves it at rest."""
    folder = tmp_path_factory.mktemp("counting")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=COUNTING)
    yield server.start()
    server.stop()


def _call(tool: str, request_id: int, arguments: dict[str, Any], era: str) -> dict[str, Any]:
    params: dict[str, Any] = {"name": tool, "arguments": arguments}
    if era == MODERN:
        params["_meta"] = META
    return {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}


def _headers(client: RawClient, tool: str) -> dict[str, str]:
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": client.era,
    }
    if client.era == MODERN:
        return headers | {"mcp-method": "tools/call", "mcp-name": tool}
    return headers | {"mcp-session-id": client.token}


@asynccontextmanager
async def _waiting_call(
    server: ServerProcess, client: RawClient, session: str, **headers: str
) -> AsyncIterator["asyncio.Task[httpx2.Response]"]:
    """A screenshot that a silent page never answers, under way; then its connection closes."""
    body = _call("take_screenshot", 41, {"scene": session}, client.era)
    async with http_client() as http:
        headers = _headers(client, "take_screenshot") | headers
        task = asyncio.create_task(http.post(server.mcp_url, json=body, headers=headers))
        assert UNDER_WAY.items() <= (await settled(server, **UNDER_WAY)).items()
        yield task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _open(client: RawClient) -> str:
    answer = await client.call("open_session", "{}")
    return str(answer.message["result"]["structuredContent"]["sessionId"])


async def _cancel(server: ServerProcess, token: str, request_id: int) -> int:
    params = {"requestId": request_id, "reason": "the person thought better of it"}
    body = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
    headers = {"mcp-session-id": token, "mcp-protocol-version": HANDSHAKE}
    headers |= {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    async with http_client() as http:
        answer = await http.post(server.mcp_url, content=json.dumps(body), headers=headers)
    return answer.status_code


def assert_unanswered(answer: httpx2.Response) -> None:
    """The answer has come to its end, and holds no response to what was cancelled."""
    assert answer.status_code in (200, 202)
    assert "{" not in answer.text


async def _status(server: ServerProcess, tool: str = "take_screenshot") -> str:
    """The newest call's status once it has ended."""
    await calls_ended(server.database_url)
    query = f"SELECT status FROM sessions_app_toolcall WHERE tool = '{tool}' ORDER BY started_at"
    return str(rows(server.database_url, query)[-1][0])


@asynccontextmanager
async def _scene_with_a_silent_page(
    server: ServerProcess, era: str
) -> AsyncIterator[tuple[RawClient, str, SimulatedBrowser]]:
    async with RawClient(server, era) as client:
        session = await _open(client)
        page = await SimulatedBrowser.open(server.url, session)
        try:
            yield client, session, page
        finally:
            await page.close()


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("kind", KINDS)
async def test_closing_the_response_stream_cancels_on_the_newest_revision(
    start_server: StartServer, database_url: str, kind: Kind
) -> None:
    server = start_server(database_url, kind=kind, environment=COUNTING)
    async with _scene_with_a_silent_page(server, MODERN) as (client, session, page):
        before = await settled(server, **AT_REST)
        async with _waiting_call(server, client, session):
            pass
        assert AT_REST.items() <= (await settled(server, **AT_REST)).items()
        assert await _status(server) == "cancelled"
        await page.receives("browserRequestWithdrawn")
        assert await left_behind(server, before) == {}


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_notification_cancels_in_the_handshake_era(
    start_server: StartServer, database_url: str, kind: Kind
) -> None:
    server = start_server(database_url, kind=kind, environment=COUNTING)
    async with _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, page):
        before = await settled(server, **AT_REST)
        async with _waiting_call(server, client, session) as waiting:
            assert await _cancel(server, client.token, 41) == 202
            answer = await asyncio.wait_for(waiting, WITHIN_SECONDS)
            assert_unanswered(answer)
        assert AT_REST.items() <= (await settled(server, **AT_REST)).items()
        assert await _status(server) == "cancelled"
        await page.receives("browserRequestWithdrawn")
        assert await left_behind(server, before) == {}


@pytest.mark.requirement("E2")
async def test_who_takes_json_only_gets_no_answer_to_what_it_cancelled(
    counting: ServerProcess,
) -> None:
    async with (
        _scene_with_a_silent_page(counting, HANDSHAKE) as (client, session, _),
        _waiting_call(counting, client, session, accept="application/json") as waiting,
    ):
        assert await _cancel(counting, client.token, 41) == 202
        answer = await asyncio.wait_for(waiting, WITHIN_SECONDS)
        assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("connects", [False, True], ids=["serves", "connects"])
async def test_over_stdio_nothing_goes_out_for_what_was_cancelled(
    start_server: StartServer, database_url: str, tmp_path: Path, *, connects: bool
) -> None:
    server = start_server(database_url)
    arguments = ("--connect", server.mcp_url) if connects else ()
    with StdioProcess(database_url, tmp_path / "log", arguments) as process:
        process.initialize()
        opened = process.call("open_session")
        session, link = opened["sessionId"], urlsplit(opened["browserUrl"])
        page = await SimulatedBrowser.open(f"http://{link.netloc}", session)
        process.write(json.dumps(_call("take_screenshot", 41, {"session": session}, HANDSHAKE)))
        await page.receives("browserRequest")
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
        process.write(json.dumps(cancel | {"params": {"requestId": 41}}))
        await page.receives("browserRequestWithdrawn")
        assert process.ask("ping", id_=42)["result"] == {}
        await page.close()
        assert process.close() == ""
        assert process.ended() == 0


@pytest.mark.requirement("E2")
async def test_deleting_the_protocol_session_cancels_its_calls(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=COUNTING)
    async with _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, _):
        async with _waiting_call(server, client, session) as waiting:
            assert (await client.send("DELETE")).status == 200
            await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), WITHIN_SECONDS)
        ended = AT_REST | {"transports": 0, "sessions": 0}
        assert ended.items() <= (await settled(server, **ended)).items()
        assert await _status(server) == "cancelled"


@pytest.mark.requirement("E2")
async def test_a_mere_disconnect_lets_a_handshake_call_run_to_its_end(
    counting: ServerProcess,
) -> None:
    server = counting
    async with _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, _):
        async with _waiting_call(server, client, session):
            pass
        await asyncio.sleep(0.5)
        assert (await counters(server))["calls"] == 2
        assert await _cancel(server, client.token, 41) == 202
        assert AT_REST.items() <= (await settled(server, **AT_REST)).items()


@pytest.mark.requirement("N1")
async def test_an_id_stays_taken_while_its_call_runs(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=COUNTING)
    async with (
        _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, _),
        _waiting_call(server, client, session),
    ):
        ping = json.dumps({"jsonrpc": "2.0", "id": 41, "method": "ping"})
        refused = await client.post(ping)
        assert refused.status == 400
        assert "The id 41 is in use by a request in flight" in refused.told
        assert (await client.post(ping.replace("41", "42"))).status == 200


@pytest.mark.requirement("E2", "N10")
@pytest.mark.parametrize("how", ["notification", "delete"])
async def test_a_cancellation_that_lands_on_another_worker_takes_effect(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str, how: str
) -> None:
    database_url = postgres_template.copy()
    one, two = (
        start_server(database_url, redis_url=valkey_url, instance=name, environment=COUNTING)
        for name in ("one", "two")
    )
    async with (
        _scene_with_a_silent_page(one, HANDSHAKE) as (client, session, page),
        _waiting_call(one, client, session) as waiting,
    ):
        if how == "notification":
            assert await _cancel(two, client.token, 41) == 202
            assert_unanswered(await asyncio.wait_for(waiting, WITHIN_SECONDS))
        else:
            headers = {"mcp-session-id": client.token, "mcp-protocol-version": HANDSHAKE}
            async with http_client() as http:
                assert (await http.delete(two.mcp_url, headers=headers)).status_code == 200
        await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), WITHIN_SECONDS)
        assert AT_REST.items() <= (await settled(one, **AT_REST)).items()
        assert await _status(one) == "cancelled"
        await page.receives("browserRequestWithdrawn")


@pytest.mark.requirement("E2")
async def test_nobody_cancels_the_calls_of_another_protocol_session(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=COUNTING)
    async with (
        _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, _),
        RawClient(server, HANDSHAKE) as stranger,
        _waiting_call(server, client, session),
    ):
        assert await _cancel(server, stranger.token, 41) == 202
        assert await _cancel(server, "forged", 41) == 404
        await asyncio.sleep(0.3)
        assert (await counters(server))["calls"] == 2


@pytest.mark.requirement("E2")
async def test_staff_ends_a_call_with_the_documented_lines(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    server = start_server(database_url, redis_url=valkey_url, environment=COUNTING)
    project = Path(__file__).parents[3]
    document = (project / "docs/operations.md").read_text()
    [lines] = re.findall(r"```python\n(.+?)```", document, re.DOTALL)
    stores = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url}
    async with (
        _scene_with_a_silent_page(server, HANDSHAKE) as (client, session, _),
        _waiting_call(server, client, session) as waiting,
    ):
        shell = await asyncio.create_subprocess_exec(
            sys.executable, "manage.py", "shell", "-c", lines, cwd=project, env=os.environ | stores
        )
        assert await asyncio.wait_for(shell.wait(), WITHIN_SECONDS) == 0
        answer = await asyncio.wait_for(waiting, WITHIN_SECONDS)
        assert "ended by the staff" in answer.text
