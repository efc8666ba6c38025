"""Asks a server whether it is ready, as a load balancer does."""

import asyncio
from http import HTTPStatus

from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS


async def until_ready(server: ServerProcess, *, ready: bool = True) -> str:
    """Wait until it says so; what it says."""
    async with http_client(base_url=server.url) as http, asyncio.timeout(WITHIN_SECONDS):
        while True:
            answer = await http.get("/readyz")
            if (answer.status_code == HTTPStatus.OK) is ready:
                return answer.text
            await asyncio.sleep(0.1)
