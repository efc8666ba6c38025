"""A server without a lifespan (Daphne) whose database is not ready when the first request comes."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import StartServer
from tests.support.raw import MODERN, RawClient
from tests.support.stores import migrate

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A4")]


async def test_it_says_that_it_cannot_start_yet_and_starts_once_it_can(
    start_server: StartServer, tmp_path: Path
) -> None:
    database_url = f"sqlite:///{tmp_path}/later.sqlite3"
    server = start_server(database_url, kind="daphne")
    async with RawClient(server, MODERN) as client:
        for _ in range(2):
            early = await client.call("get_scene", "{}")
            assert (early.status, early.headers["retry-after"]) == (503, "5")
            assert "cannot start yet" in early.told
        await asyncio.to_thread(migrate, database_url)
        answer = await client.call("open_session", "{}")
        assert answer.status == 200
        assert answer.message["result"]["structuredContent"]["sessionId"]
