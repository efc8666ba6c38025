"""A GET stream whose client does not read keeps nobody from opening another one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from starlette.types import Message, Send

from mcp_bridge.asgi import McpEndpoint
from sessions_app.workers import worker
from tests.support.requests import JSON, opening
from tests.support.waiting import WITHIN_SECONDS

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
