"""A process that is told to end finishes what runs, and sends the others elsewhere for now."""

import asyncio
import base64
import contextlib
import io
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from mcp.client import Client
from mcp_types import CallToolResult
from PIL import Image
from playwright.async_api import Browser
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from sessions_app.errors import RESTARTED_AFTER_SECONDS
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import NEWEST_ERA, call, client_of, error_code, open_scene
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.times import LONGER_THAN_A_TEST, times
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A6")]

SIZE = {"width": 64, "height": 64}

FINISH = "hello3d.server.draining.FINISH_WITHIN_SECONDS"


class SlowBrowser:
    """A browser that answers only when the test says so."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    @asynccontextmanager
    async def open(cls, server: ServerProcess, key: str) -> AsyncIterator["SlowBrowser"]:
        async with connect(server.socket_url, origin=Origin(server.url)) as socket:
            browser = cls(socket)
            register = {"type": "registerSession", "sessionId": key, "browserId": uuid4().hex}
            await socket.send(json.dumps(register))
            await browser.hears("sessionRegistered")
            yield browser

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next message of this type."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await self._socket.recv())
                if message["type"] == kind:
                    return message

    async def answers(self, request: dict[str, Any]) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (64, 64)).save(picture, "JPEG")
        result = {"revision": 0, "mimeType": "image/jpeg"} | SIZE
        result["data"] = base64.b64encode(picture.getvalue()).decode()
        answer = {"type": "browserResponse", "requestId": request["requestId"], "result": result}
        await self._socket.send(json.dumps(answer))

    async def close_code(self) -> int | None:
        async with asyncio.timeout(WITHIN_SECONDS):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self._socket.recv()
        return self._socket.close_code


def picture_asked(client: Client, key: str) -> asyncio.Task[CallToolResult]:
    return asyncio.create_task(client.call_tool("take_screenshot", {"scene": key} | SIZE))


async def not_ready(server: ServerProcess) -> None:
    async with http_client() as http, asyncio.timeout(WITHIN_SECONDS):
        while True:
            answer = await http.get(f"{server.url}/readyz")
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                assert answer.text == "not ready\nthis process is stopping\n"
                return


def statuses(server: ServerProcess) -> set[str]:
    return {row[0] for row in rows(server.database_url, "SELECT status FROM sessions_app_toolcall")}


def assert_tidy(server: ServerProcess) -> None:
    """No lease, no worker and no unexplained end is left behind."""
    assert count(server.database_url, "worker", "lease_until > datetime('now', '+9 seconds')") == 0
    assert count(server.database_url, "pairing", "left_at IS NULL") == 0
    assert "Traceback" not in server.log.read_text()


@pytest.fixture
def server(start_server: StartServer, database_url: str) -> ServerProcess:
    """A whole process, as its end is what these tests are about; it does not lose patience."""
    patient = times({FINISH: LONGER_THAN_A_TEST})
    return start_server(database_url, environment=patient, preloaded=False)


async def test_running_calls_are_answered_and_new_ones_come_again(
    server: ServerProcess, browser: Browser
) -> None:
    async with (
        client_of(server, "legacy") as old,
        client_of(server, "auto") as new,
        RawClient(server, MODERN) as modern,
        RawClient(server, HANDSHAKE) as handshake,
    ):
        key = await open_scene(new)
        await old.list_tools()  # by which it checks results
        link = f"{server.url}/?sessionId={await open_scene(new)}"
        page = await (await ScenePage.open(browser, link)).connected()
        async with SlowBrowser.open(server, key) as slow:
            pictures = [picture_asked(client, key) for client in (old, new)]
            requests = [await slow.hears("browserRequest") for _ in pictures]
            server.send(signal.SIGTERM)
            await not_ready(server)
            for client in (modern, handshake):
                refused = await client.call("get_scene", json.dumps({"scene": key}))
                assert refused.status == HTTPStatus.SERVICE_UNAVAILABLE
                assert refused.headers["retry-after"] == str(RESTARTED_AFTER_SECONDS)
                assert "restarts" in refused.told
            async with connect(server.socket_url, origin=Origin(server.url)) as socket:
                late = SlowBrowser(socket)
                assert (await late.hears("error"))["code"] == "restarting"
                assert await late.close_code() == 1012
            for request in requests:
                await slow.answers(request)
            for picture in pictures:
                assert not (await picture).is_error
            told = await slow.hears("error")
            assert told["code"] == "restarting"
            assert 1 <= told["retryAfterSeconds"] <= 3
            assert await slow.close_code() == 1012
        assert server.exit_code() == 0
        assert statuses(server) == {"success"}
        assert_tidy(server)
        server.start()
        await page.connected()
        assert await call(old, "get_scene", scene=key)
        assert await call(new, "get_scene", scene=key)
        await page.close()


@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_a_stuck_call_is_ended_and_recorded_and_streams_end(
    start_server: StartServer, database_url: str, era: str
) -> None:
    server = start_server(database_url, environment=times({FINISH: 1.0}), preloaded=False)
    async with (
        client_of(server, era) as client,
        RawClient(server, HANDSHAKE) as handshake,
        http_client() as http,
    ):
        key = await open_scene(client)
        async with (
            SlowBrowser.open(server, key) as slow,
            http.stream(**_listening(server, handshake.token, era)) as stream,
        ):
            assert stream.status_code == HTTPStatus.OK
            picture = picture_asked(client, key)
            await slow.hears("browserRequest")
            server.send(signal.SIGTERM)
            result = await picture
            assert error_code(result) == "restarting"
            assert (result.meta or {})["hello3d/error"]["retryAfterSeconds"]
            with contextlib.suppress(httpx2.RemoteProtocolError):  # how GET streams end
                async for _ in stream.aiter_raw():
                    pass
        assert server.exit_code() == 0
    ended = "SELECT status, error_code FROM sessions_app_toolcall WHERE tool = 'take_screenshot'"
    assert rows(server.database_url, ended) == [("cancelled", "restarting")]
    assert statuses(server) == {"success", "cancelled"}
    assert_tidy(server)


def _listening(server: ServerProcess, token: str, era: str) -> dict[str, Any]:
    """A request for a stream of notifications."""
    accept = {"accept": "application/json, text/event-stream"}
    if era == "legacy":
        session = {"mcp-session-id": token, "mcp-protocol-version": HANDSHAKE}
        return {"method": "GET", "url": server.mcp_url, "headers": accept | session}
    headers = {"mcp-protocol-version": MODERN, "mcp-method": "subscriptions/listen"}
    params = {"notifications": {}, "_meta": META}
    body = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": params}
    return {"method": "POST", "url": server.mcp_url, "headers": accept | headers, "json": body}


@pytest.mark.long
async def test_a_second_signal_ends_the_process_at_once(server: ServerProcess) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
    async with RawClient(server, MODERN) as raw, SlowBrowser.open(server, key) as slow:
        asking = raw.call("take_screenshot", json.dumps({"scene": key}))
        picture = asyncio.create_task(asking)
        await slow.hears("browserRequest")
        server.send(signal.SIGTERM)
        await not_ready(server)
        server.send(signal.SIGTERM)
        assert server.exit_code() == 0
        assert "calls did not end in time" not in server.log.read_text()
        with contextlib.suppress(httpx2.TransportError):
            assert (await picture).status != HTTPStatus.OK or (await picture).code != "restarting"


@pytest.mark.long
async def test_a_ctrl_c_that_a_worker_hears_of_from_its_parent_too_is_one_signal(
    server: ServerProcess,
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        async with SlowBrowser.open(server, key) as slow:
            picture = picture_asked(client, key)
            request = await slow.hears("browserRequest")
            server.send(signal.SIGINT)
            await not_ready(server)
            server.send(signal.SIGTERM)
            await slow.answers(request)
            assert not (await picture).is_error
    assert server.exit_code() == 0


@pytest.mark.long
async def test_several_workers_of_one_server_end_in_order(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, arguments=("--workers", "2"))
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        async with SlowBrowser.open(server, key) as one, SlowBrowser.open(server, key) as two:
            server.send(signal.SIGTERM)
            for browser in (one, two):  # sent away, not cut off by the server's own end
                assert (await browser.hears("error"))["code"] == "restarting"
                assert await browser.close_code() == 1012
    assert server.exit_code() == 0
    assert_tidy(server)
