"""The GET stream of a protocol session: the newest one holds, on whatever worker it is opened."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from starlette.types import Message, Send

from mcp_bridge.endpoint.asgi import McpEndpoint
from sessions_app.workers import worker
from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.requests import JSON, opening
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.subscribers import get_stream, new_scene, next_uri, paint, pair, post
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

URL = "http://testserver/mcp"


class Reader:
    """A client's connection; one that does not read takes the head of an answer, and no more."""

    def __init__(self, *, reads: bool) -> None:
        self._reads = reads
        self.status = asyncio.get_running_loop().create_future()
        self.is_ended = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status.set_result(message["status"])
            return
        if not self._reads:
            await asyncio.Event().wait()
        self.is_ended = not message.get("more_body", False)


def _get(endpoint: McpEndpoint, headers: Mapping[str, str], send: Send) -> asyncio.Task[None]:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/mcp", "query_string": b""}
    scope |= {"scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1)}
    scope |= {"headers": [(b"host", b"testserver"), *named], "root_path": ""}
    return asyncio.create_task(endpoint(scope, receive, send))


@pytest.mark.django_db(transaction=True)
async def test_a_stream_that_nobody_reads_is_cut_for_the_next_one() -> None:
    endpoint = McpEndpoint()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=endpoint)) as http:
        opened = await http.post(
            URL, json=opening(), headers={"accept": f"{JSON}, text/event-stream"}
        )
    headers = {"accept": "text/event-stream", "mcp-session-id": opened.headers["mcp-session-id"]}
    readers = [Reader(reads=reads) for reads in (False, True, True)]
    streams = []
    for reader in readers:
        streams.append(_get(endpoint, headers, reader.send))
        assert await asyncio.wait_for(reader.status, WITHIN_SECONDS) == 200
    await asyncio.wait_for(streams[1], WITHIN_SECONDS)
    assert readers[1].is_ended
    assert not readers[2].is_ended
    for stream in (streams[0], streams[2]):
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    await endpoint.stop()
    await worker.stop()


async def test_a_subscription_made_at_another_worker_is_told_on_the_stream_and_outlives_it(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = pair(start_server, database_url, valkey_url)
    key = await new_scene(one)
    uri = f"scene://{key}/objects/model"
    async with RawClient(one, HANDSHAKE) as here, RawClient(two, HANDSHAKE) as there:
        there.token = here.token
        async with get_stream(one, here.token) as stream:
            lines = stream.aiter_lines()
            assert (await post(there, "resources/subscribe", uri=uri)).code is None
            await paint(two, key, "teal")
            assert await next_uri(lines) == uri
        await until(lambda: count(database_url, "eventstream") == 0)
        await paint(one, key, "red")  # while there is no stream
        async with get_stream(two, here.token) as stream:
            lines = stream.aiter_lines()
            assert await next_uri(lines) == uri
            await paint(one, key, "teal")
            assert await next_uri(lines) == uri
        assert (await here.send("DELETE")).status == 200
    assert count(database_url, "subscription") == 0


async def test_the_newest_stream_of_a_protocol_session_takes_the_place_of_the_one_before(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = pair(start_server, database_url, valkey_url)
    key = await new_scene(one)
    uri = f"scene://{key}"
    async with RawClient(one, HANDSHAKE) as here, AsyncExitStack() as streams:
        assert (await post(here, "resources/subscribe", uri=uri)).code is None
        stream = await streams.enter_async_context(get_stream(one, here.token))
        lines = stream.aiter_lines()
        for number, server in enumerate((one, two, two, one)):
            newer = await streams.enter_async_context(get_stream(server, here.token))
            assert newer.status_code == 200
            async with asyncio.timeout(WITHIN_SECONDS):
                async for _ in lines:  # it ends as a stream does, and does not break off
                    pass
            lines = newer.aiter_lines()
            await paint(two, key, f"#00000{number}")
            assert await next_uri(lines) == uri
        await until(lambda: count(database_url, "eventstream") == 1)


async def test_many_streams_of_a_protocol_session_at_once_leave_one(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = pair(start_server, database_url, valkey_url)
    async with RawClient(one, HANDSHAKE) as here:

        async def hold(server: ServerProcess) -> int:
            async with get_stream(server, here.token) as stream:
                await stream.aread()
                return stream.status_code

        held = [asyncio.create_task(hold(server)) for server in (one, two) * 3]
        await until(lambda: sum(task.done() for task in held) >= len(held) - 1)
        assert {task.result() for task in held if task.done()} <= {200, 503}
        await until(lambda: count(database_url, "eventstream") <= 1)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)


async def test_a_protocol_session_that_ends_ends_its_stream_on_whatever_worker(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = pair(start_server, database_url, valkey_url)
    async with RawClient(one, HANDSHAKE) as here:
        async with get_stream(one, here.token) as stream:
            assert stream.status_code == 200
            async with RawClient(two, HANDSHAKE) as there:
                there.token = here.token
                assert (await there.send("DELETE")).status == 200
            async with asyncio.timeout(WITHIN_SECONDS):
                await stream.aread()  # it ends
        async with get_stream(one, here.token) as ended:
            assert ended.status_code == 404
    await until(lambda: count(database_url, "eventstream") == 0)


async def test_a_killed_process_keeps_no_protocol_session_from_its_stream(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = pair(start_server, database_url, valkey_url)
    key = await new_scene(one)
    async with RawClient(two, HANDSHAKE) as raw:
        assert (await post(raw, "resources/subscribe", uri=f"scene://{key}")).code is None
        async with get_stream(one, raw.token):
            one.kill()
            assert count(database_url, "eventstream") == 1
        async with get_stream(two, raw.token) as stream:
            assert stream.status_code == 200
            await paint(two, key, "teal")
            assert await next_uri(stream.aiter_lines()) == f"scene://{key}"
            assert count(database_url, "eventstream") == 1
