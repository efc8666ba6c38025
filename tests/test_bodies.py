"""Bodies of requests to Django: bounded in size, declared or not, and in time."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx2
import pytest

from hello3d import bodies
from hello3d.asgi import application
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]

PATHS = ("/scenes/", "/admin/login/", "/api/sessions/")
PIECE = b"x" * 64 * 1024


def http() -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=application)
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_is_taken_in_up_to_its_limit(path: str, declared: bool) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10 * bodies.MAX_BODY_BYTES:
            taken += len(PIECE)
            yield PIECE

    refusals.take()
    headers = {"content-length": str(bodies.MAX_BODY_BYTES + 1)} if declared else {}
    async with http() as client:
        answer = await client.post(path, content=endless(), headers=headers)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "1048576 bytes" in answer.text
    assert taken <= (0 if declared else bodies.MAX_BODY_BYTES + 2 * len(PIECE))
    assert [limit for limit, _ in refusals.take()] == [Limit.REQUEST_SIZE]


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_WITHIN_SECONDS", 0.05)
    sent: list[Any] = []

    async def silent() -> Any:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/scenes/", "headers": [], "query_string": b""
    }  # fmt: skip
    await application(scope, silent, send)
    assert sent[0]["status"] == HTTPStatus.REQUEST_TIMEOUT
