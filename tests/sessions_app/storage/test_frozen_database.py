"""While PostgreSQL stands still, every call ends in the time that a call has."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartServer
from tests.support.postgres import Postgres, frozen
from tests.support.raw import HANDSHAKE, MODERN, Answer, RawClient
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.long, pytest.mark.requirement("N10")]

CALL_SECONDS = 8.0  # more than a call waits in line
LATE_SECONDS = 4.0  # on a busy machine; waiting once more takes longer
BOUNDED = times({"sessions_app.steering.steering.CALL_TIMEOUT_SECONDS": CALL_SECONDS})
CALLS = 12  # to one scene: more than are served at a time


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may freeze."""
    with (
        tempfile.TemporaryDirectory(prefix="hello3d-") as folder,
        Postgres.started(Path(folder) / "pg") as postgres,
    ):
        yield postgres


async def test_every_call_ends_in_time(start_server: StartServer, own_postgres: Postgres) -> None:
    server = start_server(own_postgres.database_url, environment=BOUNDED)
    async with RawClient(server, HANDSHAKE) as first:
        opened = await first.call("open_session", "{}")
    key = opened.message["result"]["structuredContent"]["sessionId"]
    server.stop()
    server.start()  # it has to look whether the protocol session has ended
    async with RawClient(server, MODERN) as client, RawClient(server, HANDSHAKE) as old:
        old.token = first.token
        change = json.dumps({"color": "teal", "scene": key})
        # So that it holds as many connections as it may use at a time.
        await asyncio.gather(*(client.call("open_session", "{}") for _ in range(CALLS)))
        with frozen(own_postgres.processes()):
            async with asyncio.timeout(WITHIN_SECONDS), asyncio.TaskGroup() as group:
                tasks = [group.create_task(_timed(old, "{}", "get_scene"))]
                tasks += [group.create_task(_timed(client, change)) for _ in range(CALLS)]
    for took, answer in [task.result() for task in tasks]:
        assert took < CALL_SECONDS + LATE_SECONDS, answer.text
        assert answer.code in ("busy", "unavailable", "timeout", -32603), answer.text


async def _timed(
    client: RawClient, arguments: str, tool: str = "change_model_color"
) -> tuple[float, Answer]:
    began = time.monotonic()
    answer = await client.call(tool, arguments)
    return time.monotonic() - began, answer
