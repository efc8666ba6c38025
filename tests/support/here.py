"""The program in the tests' own process, served or called: for what has no URL of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import uvicorn

from hello3d.asgi import application
from sessions_app.web.serving import server_config
from sessions_app.workers import worker
from tests.support.raw import META, MODERN
from tests.support.waiting import WITHIN_SECONDS, until


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """Serve the program from this event loop, with the database of the test; yield the origin."""
    config = server_config(
        application,
        port=0,
        lifespan="off",  # the MCP endpoint of this process is not for one test
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(), name="server of the test")
    try:
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        await worker.stop()


async def post_call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A call through the whole ASGI application, in this process."""
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MODERN,
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    params = {"name": tool, "arguments": arguments, "_meta": META}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as http:
        response = await http.post("/mcp", json=body, headers=headers, timeout=WITHIN_SECONDS)
    message: dict[str, Any] = json.loads(response.text)
    return message
