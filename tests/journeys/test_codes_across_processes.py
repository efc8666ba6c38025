"""Codes at two processes: a page at one, the client at the other, and two uses at once."""

import asyncio

import pytest

from tests.conftest import StartServer
from tests.support.calls import call, client_of
from tests.support.code_pages import CODE, CodePage
from tests.support.servers import ServerProcess
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

TRIES = 8


@pytest.fixture
def two(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> list[ServerProcess]:
    """Two processes with one PostgreSQL and one Valkey."""
    url = postgres_template.copy()
    return [start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two")]


async def test_a_page_at_one_process_shows_the_scene_of_a_client_at_the_other(
    two: list[ServerProcess],
) -> None:
    one, other = two
    async with client_of(one, "auto") as client:
        async with CodePage.open(other, waiting=True) as page:
            waiting = await page.receive("pairingCode")
            page.breaks()
        # Its connection broke, and a balancer brings it to the first process and back.
        for server in (one, other):
            async with CodePage.open(server, waiting=True, ticket=waiting["ticket"]) as page:
                await page.receive("pairingCode")
                page.breaks()
        async with CodePage.open(other, waiting=True, ticket=waiting["ticket"]) as page:
            await page.receive("pairingCode")
            agreeing = asyncio.create_task(page.agree())
            answer = await call(client, "open_session", code=waiting["code"])
            assert (await agreeing)["sessionId"] == answer["sessionId"]
            assert "The person has agreed at their page" in answer["message"]
            assert answer["browsers"]["connected"] == 1
            await call(client, "change_model_color", color="teal", scene=answer["sessionId"])
            await page.receive("scenePatch")


async def test_of_many_uses_at_once_at_two_processes_one_succeeds(
    two: list[ServerProcess],
) -> None:
    one, other = two
    async with client_of(one, "auto") as here, client_of(other, "auto") as there:
        told = await call(here, "get_browser_connection_url")
        [code] = CODE.findall(told["message"])

        async def joins(server: ServerProcess) -> bool:
            async with CodePage.open(server, code=code) as page:
                answer = await page.receive("sessionRegistered", "error")
                return bool(answer["type"] == "sessionRegistered")

        joined = await asyncio.gather(*(joins(two[number % 2]) for number in range(TRIES)))
        assert joined.count(True) == 1
        query = "SELECT count(*) FROM sessions_app_pairing"
        assert rows(one.database_url, query) == [(1,)]

        async with CodePage.open(one, waiting=True) as page:
            waiting = await page.receive("pairingCode")
            agreeing = asyncio.create_task(page.agree())
            arguments = {"code": waiting["code"], "scene": told["sessionId"]}
            answers = await asyncio.gather(
                *(
                    (here, there)[number % 2].call_tool("open_session", arguments)
                    for number in range(TRIES)
                )
            )
            await agreeing
            assert sum(not answer.is_error for answer in answers) == 1
