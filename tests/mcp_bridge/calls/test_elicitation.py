"""A client that opens links for its person is asked once per scene, after the change is stored."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, expect

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate
from tests.support.times import LONGER_THAN_A_TEST, times
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = pytest.mark.anyio

CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
OFFERS: dict[str, Any] = {"elicitation": {"url": {}}}
TEAL = {"color": "teal"}


class Client:
    """Calls `change_model_color` and answers what it is asked, in either era."""

    def __init__(self, server: ServerProcess, raw: RawClient, http: httpx2.AsyncClient) -> None:
        self.server = server
        self.raw = raw
        self._http = http

    async def open(self) -> str:
        answer = await self.raw.call("open_session", "{}")
        return str(answer.message["result"]["structuredContent"]["sessionId"])

    async def change(
        self,
        session: str,
        *,
        tool: str = "change_model_color",
        besides: Mapping[str, str] | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """A call on 2026-07-28 with more members, as a retry has them: the whole message.

        `besides` are arguments that the tool does not have.
        """
        arguments = TEAL | {"scene": session} | dict(besides or {})
        params = {"name": tool, "arguments": arguments, **members}
        params["_meta"] = META | {CAPABILITIES_KEY: OFFERS}
        body = {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params}
        return (await self.raw.post(json.dumps(body), name=tool)).message

    async def change_and_answer(
        self, session: str, action: str | None, *, through: ServerProcess
    ) -> dict[str, Any]:
        """A call of the handshake era whose question is answered through that server."""
        arguments = TEAL | {"scene": session}
        params = {"name": "change_model_color", "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": 6, "method": "tools/call", "params": params}
        headers = self._headers()
        asked: dict[str, Any] = {}
        async with self._http.stream(
            "POST", self.server.mcp_url, json=body, headers=headers
        ) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: {"):
                    continue
                message = json.loads(line[6:])
                if message.get("method") == "elicitation/create":
                    asked = message
                    if action is not None:
                        await self.answer(through, message["id"], action)
                elif message.get("id") == 6:
                    return {**message, "asked": asked.get("params")}
        raise AssertionError("the stream ended without a result")

    async def answer(self, server: ServerProcess, request_id: Any, action: str) -> None:
        body = {"jsonrpc": "2.0", "id": request_id, "result": {"action": action}}
        sent = await self._http.post(server.mcp_url, json=body, headers=self._headers())
        assert sent.status_code == 202

    def _headers(self) -> dict[str, str]:
        return {
            "mcp-session-id": self.raw.token,
            "mcp-protocol-version": HANDSHAKE,
            "accept": "application/json, text/event-stream",
        }


@asynccontextmanager
async def client_of(server: ServerProcess, era: str) -> AsyncIterator[Client]:
    async with RawClient(server, era) as raw, http_client() as http:
        if era == HANDSHAKE:  # once more, as one that opens links
            raw.token = (await _initialize(http, server)).headers["mcp-session-id"]
        yield Client(server, raw, http)


async def _initialize(http: httpx2.AsyncClient, server: ServerProcess) -> Answer:
    info = {"name": "raw", "version": "1"}
    params = {"protocolVersion": HANDSHAKE, "capabilities": OFFERS, "clientInfo": info}
    body = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
    headers = {"accept": "application/json, text/event-stream"}
    answer = await http.post(server.mcp_url, json=body, headers=headers)
    return Answer(answer.status_code, answer.text, answer.headers)


def _question(message: dict[str, Any]) -> tuple[str, str]:
    """The link that is to be opened, and the state to send back."""
    result = message["result"]
    assert result["resultType"] == "input_required"
    [request] = result["inputRequests"].values()
    assert request["method"] == "elicitation/create"
    assert request["params"]["mode"] == "url"
    return request["params"]["url"], result["requestState"]


def _retry(state: str, action: str) -> dict[str, Any]:
    return {"requestState": state, "inputResponses": {"open_scene": {"action": action}}}


def _since(session: str, column: str = "created_at") -> str:
    """The condition that rows meet which are as old as this scene, or newer: one test's own."""
    key = session.replace("-", "")  # as both databases read it
    begun = f"SELECT created_at FROM sessions_app_scenesession WHERE edit_key = '{key}'"
    return f"{column} >= ({begun})"


def _revisions(server: ServerProcess, session: str) -> list[tuple[int]]:
    """Of this scene, and of any other that there should not be."""
    query = f"SELECT revision FROM sessions_app_scenesession WHERE {_since(session)}"
    return rows(server.database_url, query)


def _calls(server: ServerProcess, session: str, tool: str = "change_model_color") -> int:
    condition = f"tool = '{tool}' AND {_since(session, 'started_at')}"
    return count(server.database_url, "toolcall", condition)


def _one_revision(server: ServerProcess, session: str) -> None:
    assert _revisions(server, session) == [(1,)]
    assert _calls(server, session) == 1


async def _open_by_invitation(browser: Browser, url: str) -> ScenePage:
    page = await ScenePage.open(browser, url)
    await expect(page.page.locator("dd").get_by_text("The model is now teal")).to_be_visible()
    await page.page.get_by_role("button", name="Open the scene").click()
    await page.connected()
    return page


async def test_a_fault_of_ours_in_a_retry_is_told_by_reference(server: ServerProcess) -> None:
    async with client_of(server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session))
        rows(server.database_url, "ALTER TABLE sessions_app_pairing RENAME TO away")
        result = (await client.change(session, **_retry(state, "accept")))["result"]
    assert result["isError"]
    assert result["_meta"]["hello3d/error"] == {"code": "internal"}
    assert "away" not in json.dumps(result)
    assert "pairing" not in json.dumps(result)


@pytest.mark.requirement("N9")
async def test_the_retry_waits_for_the_browser_that_the_person_opens(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, MODERN) as client:
        session = await client.open()
        url, state = _question(await client.change(session))
        assert session not in url
        waiting = asyncio.create_task(client.change(session, **_retry(state, "accept")))
        page = await _open_by_invitation(browser, url)
        result = (await waiting)["result"]
        assert result["structuredContent"]["browsers"]["acknowledged"] == 1
        assert result["structuredContent"]["color"] == "#008688"
        assert "Shown in 1 browser" in result["content"][0]["text"]
        assert session in page.page.url
        await page.close()
        again = (await client.change(session))["result"]
        assert again.get("resultType", "complete") == "complete"  # asked once, never again
    assert _revisions(shared_server, session) == [(1,)]
    assert _calls(shared_server, session) == 2


@pytest.mark.requirement("N9")
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_retry_that_declines_gets_the_stored_result_at_once(
    shared_server: ServerProcess, action: str
) -> None:
    async with client_of(shared_server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session))
        for _ in range(2):  # also when the client sends it twice
            result = (await client.change(session, **_retry(state, action)))["result"]
            assert result["structuredContent"]["revision"] == 1
            assert "No browser is open" in result["content"][0]["text"]
    _one_revision(shared_server, session)


@pytest.mark.requirement("N9")
async def test_a_retry_names_what_of_the_call_was_not_used(shared_server: ServerProcess) -> None:
    unused = {"sessionId": "chat-7", "toolCallId": "8"}
    async with client_of(shared_server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session, besides=unused))
        retry = _retry(state, "decline")
        result = (await client.change(session, besides=unused, **retry))["result"]
    assert "`sessionId`, `toolCallId`" in result["content"][0]["text"]


@pytest.mark.requirement("C6")
async def test_a_retry_counts_as_a_call_of_its_client(
    start_server: StartServer, database_url: str
) -> None:
    limits = {"MCP_RATE_PER_CLIENT": "3/36000", "RATE_SHARED_ADDRESSES": "198.51.100.0/24"}
    server = start_server(database_url, environment=limits)
    async with client_of(server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session))
        await client.change(session, **_retry(state, "decline"))
        refused = (await client.change(session, **_retry(state, "decline")))["result"]
    assert refused["_meta"]["hello3d/error"]["code"] == "rate_limited"


@pytest.mark.requirement("N9")
async def test_without_a_retry_the_change_stays(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, MODERN) as client:
        session = await client.open()
        _question(await client.change(session))
    _one_revision(shared_server, session)


@pytest.mark.requirement("N9")
async def test_a_state_is_good_for_its_own_call_only(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session))
        other = await client.change(
            session, tool="change_background_color", **_retry(state, "accept")
        )
        assert other["error"]["code"] == -32602
        forged = await client.change(session, **_retry(state[:-4] + "AAAA", "accept"))
        assert forged["error"]["code"] == -32602
    _one_revision(shared_server, session)
    assert _calls(shared_server, session, "change_background_color") == 0


@pytest.mark.requirement("N9")
async def test_a_state_that_has_expired_applies_nothing(
    start_server: StartServer, database_url: str
) -> None:
    short = times({"mcp_bridge.calls.elicitation.STATE_VALID_SECONDS": 1.0})
    server = start_server(database_url, environment=short)
    async with client_of(server, MODERN) as client:
        session = await client.open()
        _, state = _question(await client.change(session))
        await asyncio.sleep(1.2)
        late = await client.change(session, **_retry(state, "accept"))
        assert late["error"]["code"] == -32602
    _one_revision(server, session)


@pytest.mark.requirement("N9")
async def test_a_state_is_read_on_another_worker(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    database_url = postgres_template.copy()
    one, two = (
        start_server(database_url, redis_url=valkey_url, instance=name) for name in ("one", "two")
    )
    async with client_of(one, MODERN) as here, client_of(two, MODERN) as there:
        session = await here.open()
        _, state = _question(await here.change(session))
        result = (await there.change(session, **_retry(state, "decline")))["result"]
        assert result["structuredContent"]["revision"] == 1
    _one_revision(one, session)


@pytest.mark.requirement("N9")
@pytest.mark.parametrize("action", ["accept", "decline", "neither"])
async def test_the_handshake_era_asks_while_the_call_waits(
    shared_server: ServerProcess, action: str
) -> None:
    async with client_of(shared_server, HANDSHAKE) as client:
        session = await client.open()
        calling = asyncio.create_task(
            client.change_and_answer(session, action, through=client.server)
        )
        if action == "accept":
            await until(
                lambda: count(shared_server.database_url, "invitation", _since(session)) == 1
            )
            page = await SimulatedBrowser.open(shared_server.url, session)
        answered = await calling
        result = answered["result"]
        assert answered["asked"]["mode"] == "url"
        shown = 1 if action == "accept" else 0
        assert result["structuredContent"]["browsers"]["acknowledged"] == shown
        if action == "accept":
            await page.close()
    _one_revision(shared_server, session)


@pytest.mark.requirement("N9", "N10")
async def test_an_answer_that_lands_on_another_worker_is_heard(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    database_url = postgres_template.copy()
    # It does not stop waiting by itself.
    patient = times({
        "mcp_bridge.calls.elicitation.WAIT_SECONDS": LONGER_THAN_A_TEST,
        "sessions_app.steering.steering.CALL_TIMEOUT_SECONDS": 2 * LONGER_THAN_A_TEST,
    })  # fmt: skip
    one, two = (
        start_server(database_url, redis_url=valkey_url, instance=name, environment=patient)
        for name in ("one", "two")
    )
    async with client_of(one, HANDSHAKE) as client:
        session = await client.open()
        answering = client.change_and_answer(session, "decline", through=two)
        answered = await asyncio.wait_for(answering, WITHIN_SECONDS)
        assert answered["asked"]["mode"] == "url"
        assert answered["result"]["structuredContent"]["revision"] == 1
    _one_revision(one, session)


@pytest.mark.requirement("N9")
async def test_a_client_that_opens_no_links_is_never_asked(shared_server: ServerProcess) -> None:
    async with RawClient(shared_server, MODERN) as raw:
        opened = (await raw.call("open_session", "{}")).message["result"]["structuredContent"]
        session = opened["sessionId"]
        answer = await raw.call("change_model_color", json.dumps(TEAL | {"scene": session}))
        assert answer.message["result"]["structuredContent"]["revision"] == 1
    assert count(shared_server.database_url, "invitation", _since(session)) == 0


@pytest.mark.requirement("N9")
async def test_an_invitation_opens_once_and_looking_at_it_uses_nothing_up(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with (
        client_of(shared_server, MODERN) as client,
        http_client() as http,
    ):
        session = await client.open()
        url, _ = _question(await client.change(session))
        for _ in range(2):
            seen = await http.get(url)
            assert seen.status_code == 200
            assert session not in seen.text
            assert seen.headers["cache-control"] == "no-store"
        assert (await http.post(url)).status_code == 403  # without the page's token
        page = await _open_by_invitation(browser, url)
        await page.close()
        used = await http.get(url)
        assert used.status_code == 404
        assert "used before" in re.sub(r"\s+", " ", used.text)
        assert (await http.get(f"{shared_server.url}/open/unknown")).status_code == 404
