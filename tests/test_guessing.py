"""Guesses of a password that come at once, through several processes, are counted one by one."""

import asyncio
from collections import Counter

import httpx2
import pytest

from tests.conftest import StartServer

GUESSES = 30


@pytest.mark.anyio
@pytest.mark.requirement("C6")
@pytest.mark.parametrize("shared", [True, False])
async def test_guesses_at_once_are_no_more_than_guesses_in_turn(
    start_server: StartServer, database_url: str, valkey_url: str, shared: bool
) -> None:
    redis_url, names = (valkey_url, ("one", "two")) if shared else ("", ("one",))
    servers = [start_server(database_url, redis_url=redis_url, instance=name) for name in names]

    async with httpx2.AsyncClient(timeout=60) as http:

        async def guess(number: int) -> int:
            url = f"{servers[number % len(servers)].url}/api/token/"
            body = {"username": "person", "password": str(number)}
            return (await http.post(url, json=body)).status_code

        statuses = await asyncio.gather(*(guess(number) for number in range(GUESSES)))
    assert Counter(statuses) == {401: 10, 429: GUESSES - 10}
