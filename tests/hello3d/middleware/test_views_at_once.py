"""Many requests to Django at once: each is answered, and calls find room."""

import asyncio

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, RequestFactory

from hello3d.middleware import views_at_once
from sessions_app.limits.refusals import refusals
from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.http import http_client
from tests.support.stores import PostgresTemplate
from tests.support.times import LONGER_THAN_A_TEST, times

pytestmark = pytest.mark.requirement("C6")

AT_ONCE = 40  # several times as many as there are connections


@pytest.mark.anyio
async def test_views_that_wait_for_work_leave_it_the_connections_that_it_needs(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    patient = times({
        "hello3d.middleware.views_at_once.WAIT_SECONDS": LONGER_THAN_A_TEST,
        "hello3d.probes.health.CHECK_WITHIN_SECONDS": LONGER_THAN_A_TEST,
    })  # fmt: skip
    server = start_server(postgres_template.copy(), environment={"API_RATE": "off", **patient})
    async with (
        client_of(server, "auto") as client,
        http_client(base_url=server.url) as http,
    ):
        made = [(await http.post("/api/sessions/")).json() for _ in range(4)]
        key = await open_scene(client)

        async def close(number: int) -> int:
            scene = made[number % len(made)]
            headers = {"authorization": f"Session {scene['sessionId']}"}
            path = f"/api/sessions/{scene['id']}/close/"
            return (await http.post(path, headers=headers)).status_code

        async def steer() -> str:
            return str((await call(client, "get_scene", scene=key))["sessionId"])

        async def ready() -> int:
            return (await http.get("/readyz")).status_code

        closed, told, states = await asyncio.gather(
            asyncio.gather(*(close(number) for number in range(AT_ONCE))),
            asyncio.gather(*(steer() for _ in range(10))),
            asyncio.gather(*(ready() for _ in range(5))),
        )
    assert set(closed) == {200}
    assert set(told) == {key}
    assert set(states) == {200}


@pytest.mark.django_db
def test_where_no_place_comes_free_the_request_is_told_when_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_at_once, "WAIT_SECONDS", 0.1)
    refusals.take()
    others = iter(range(settings.VIEWS_AT_ONCE - 1))

    def view(request: HttpRequest) -> HttpResponseBase:
        """Each view asks for another, until all places are taken."""
        if next(others, None) is not None:
            return bounded(request)
        return client.get("/accounts/login/")

    bounded = views_at_once.bound_views(view)
    busy = bounded(RequestFactory().get("/"))
    assert (busy.status_code, busy["retry-after"]) == (503, "0.1")
    assert sum(refusals.take().values()) == 1
    assert client.get("/api/docs/").status_code == 200
