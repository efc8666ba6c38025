"""Statistics and metrics over HTTP: the same from every worker, and only for those who may."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as DjangoClient
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from prometheus_client.parser import text_string_to_metric_families

from hello3d.asgi import application
from hello3d.probes.metrics import REFUSED
from sessions_app import clock
from sessions_app.calls.counting import calls_count
from sessions_app.limits.rates import Rate
from sessions_app.models import RefusalCount, ToolCall
from sessions_app.storage import database
from sessions_app.web import origins
from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.http import http_client
from tests.support.people import SESSION
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import recorded_calls, rows
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A4")]

TOKEN = "a-token-for-those-who-watch"
STRANGER = "203.0.113.9"
STAFF_KEY = "0123456789abcdef0123456789abcdef01234567"
Samples = dict[tuple[str, tuple[str, ...]], float]


def samples(text: str) -> Samples:
    """The values by name and labels (in the order of their names), as Prometheus reads them."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(name: str, found: Samples) -> dict[tuple[str, ...], float]:
    return {labels: value for (named, labels), value in found.items() if named == name}


async def scrape(*, peer: str = "127.0.0.1", **headers: str) -> httpx2.Response:
    """Scrape this process, as a peer of that address."""
    transport = httpx2.ASGITransport(app=application, client=(peer, 4321))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        return await http.get(
            "/metrics", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )


@contextlib.asynccontextmanager
async def screenshot(client: Client, key: str) -> AsyncIterator[None]:
    """Have a call run that no browser answers, for the time of the block."""
    task = asyncio.create_task(client.call_tool("take_screenshot", {"scene": key}))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def stats(server: ServerProcess) -> dict[str, Any]:
    async with http_client(headers={"authorization": f"Token {STAFF_KEY}"}) as http:
        answer = await http.get(f"{server.url}/api/stats/")
    assert answer.status_code == HTTPStatus.OK, answer.text
    told: dict[str, Any] = answer.json()
    return told


def make_staff(database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as file:
        file.execute(
            "INSERT INTO auth_user (id, username, password, is_staff, is_superuser, is_active,"
            " first_name, last_name, email, date_joined)"
            " VALUES (1, 'staff', '!', 1, 0, 1, '', '', '', '2026-01-01')"
        )
        file.execute("INSERT INTO authtoken_token VALUES (?, '2026-01-01', 1)", [STAFF_KEY])
    file.close()


@pytest.mark.requirement("C5")
@pytest.mark.requirement("E4")
async def test_two_workers_tell_the_same_of_calls_that_each_of_them_served(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    make_staff(database_url)
    one, two = (
        start_server(database_url, redis_url=valkey_url, instance=name) for name in ("one", "two")
    )
    async with client_of(one, "auto") as first, client_of(two, "auto") as second:
        key = await open_scene(first)
        other = await open_scene(second)
        browser = await open_browser(one, key)
        await call(second, "change_model_color", color="teal", scene=key)
        await call(first, "change_model_color", color="lime", scene=other)
        wrong = {"color": "teal", "scene": "00000000-0000-4000-8000-000000000000"}
        assert (await first.call_tool("change_model_color", wrong)).is_error
        with pytest.raises(MCPError):
            await second.call_tool("made_up", {})
        await recorded_calls(database_url, "id")
        async with screenshot(first, key):
            running = await _until_running(two)
        await recorded_calls(database_url, "id")
        told = [await stats(server) for server in (one, two)]
        async with http_client() as http:
            scraped = [samples((await http.get(f"{it.url}/metrics")).text) for it in (one, two)]
        await browser.close()
    [(scene,)] = rows(database_url, "SELECT scene_session_id FROM sessions_app_pairing")
    assert running["activeRequests"] == {"total": 1, "bySession": [{"scene": scene, "calls": 1}]}
    assert running["calls"]["byStatus"]["running"] == 1
    five = ("totalUsers", "totalSessions", "totalConnections", "activeConnections")
    for each in told:
        assert [each[name] for name in (*five, "pendingRequests")] == [2, 2, 1, 1, 0]
        assert (each["routing"]["misses"], each["routing"]["byRule"]["created"]) == (1, 2)
        assert each["browsers"] == {"connected": 1, "visible": 1}
    assert told[0]["calls"] == told[1]["calls"]
    recount = rows(
        database_url,
        "SELECT status, CASE tool WHEN 'made_up' THEN '(unknown)' ELSE tool END, count(*)"
        " FROM sessions_app_toolcall GROUP BY 1, 2",
    )
    right = {(status, tool): calls for status, tool, calls in recount}
    assert sum(right.values()) == told[0]["calls"]["total"] == 7
    for found, acknowledged in zip(scraped, (0, 1), strict=True):
        assert of("hello3d_calls_total", found) == right
        assert of("hello3d_sessions", found)["open",] == 2
        assert of("hello3d_browsers", found) == {("true",): 1, ("false",): 0}
        assert found["hello3d_acknowledgement_seconds_count", ()] == acknowledged
        assert found["process_resident_memory_bytes", ()] > 0
    names = [of("hello3d_info", found) for found in scraped]
    assert [next(iter(name))[0] for name in names] == ["one", "two"]


@pytest.mark.requirement("C5")
async def test_names_that_a_stranger_makes_up_count_as_one_however_they_are_refused(
    start_server: StartServer, database_url: str
) -> None:
    make_staff(database_url)
    limited = {"MCP_RATE_PER_CLIENT": "1/36000", "TRUSTED_PROXIES": "127.0.0.1"}
    server = start_server(database_url, environment=limited)
    async with RawClient(server, HANDSHAKE) as client:
        for name, code in (("made_up", INVALID_PARAMS), ("made_up_too", "rate_limited")):
            answer = await client.call(name, "{}", x_forwarded_for=STRANGER)
            assert answer.code == code
    recorded = rows(database_url, "SELECT tool, error_code FROM sessions_app_toolcall")
    assert sorted(recorded) == [("(unknown)", "rate_limited"), ("made_up", "unknown_tool")]
    assert (await stats(server))["calls"]["byTool"] == {"(unknown)": 2}


async def _until_running(server: ServerProcess) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            told = await stats(server)
            if told["pendingRequests"]:
                return told


@pytest.mark.django_db(transaction=True)
async def test_counters_never_sink_while_minutes_are_sealed_and_counted_again() -> None:
    await database.run(_fill)
    before = samples((await scrape()).text)
    assert await database.run(calls_count) == 30
    sealed = samples((await scrape()).text)
    grown = [pair for pair in before if pair[0].startswith(("hello3d_call", "hello3d_ref"))]
    assert {pair: before[pair] for pair in grown} == {pair: sealed[pair] for pair in grown}
    assert of("hello3d_refusals_total", sealed) == {("browsers_per_session",): 5}
    durations = of("hello3d_call_duration_seconds_bucket", sealed)
    assert durations["0.008", "scale_model"] == 0
    assert durations["0.016", "scale_model"] == durations["+Inf", "scale_model"] == 30
    assert sealed["hello3d_call_duration_seconds_sum", ("scale_model",)] == pytest.approx(0.3)
    await database.run(_fill, late=True)
    await database.run(calls_count)
    again = samples((await scrape()).text)
    assert all(again[pair] >= sealed[pair] for pair in grown)
    assert of("hello3d_calls_total", again) == {("success", "scale_model"): 60}


def _fill(*, late: bool = False) -> None:
    now = clock.now()
    ToolCall.objects.bulk_create(
        ToolCall(
            tool="scale_model",
            status="success",
            duration_ms=10.0,
            instance="one",
            started_at=now - timedelta(minutes=3 + ago),
        )
        for ago in range(6)
        for _ in range(5)
    )
    if not late:
        RefusalCount.objects.create(limit="browsers_per_session", hour=now, refusals=5)


@pytest.mark.django_db(transaction=True)
async def test_without_its_database_a_process_still_tells_of_itself() -> None:
    await database.run(_rename, "refusalcount", "hidden")
    try:
        answer = await scrape()
    finally:
        await database.run(_rename, "hidden", "refusalcount")
    assert answer.status_code == HTTPStatus.OK
    found = samples(answer.text)
    assert found["hello3d_database_up", ()] == 0
    assert found["process_cpu_seconds_total", ()] > 0
    assert not of("hello3d_sessions", found)


def _rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE sessions_app_{old} RENAME TO sessions_app_{new}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        (STRANGER, {}),
        ("127.0.0.1", {"x_forwarded_for": STRANGER}),
        (STRANGER, {"authorization": f"Bearer {TOKEN}x"}),
        (STRANGER, {"cookie": f"{SESSION}=forged"}),
    ],
)
async def test_strangers_get_no_metrics(settings: Any, peer: str, headers: dict[str, str]) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = await scrape(peer=peer, **headers)
    assert (answer.status_code, answer.text) == (HTTPStatus.FORBIDDEN, f"{REFUSED}\n")


@pytest.mark.django_db(transaction=True)
async def test_staff_and_holders_of_the_token_get_the_metrics(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for is_staff in (True, False):
        cookie = await database.run(_signed_in, is_staff=is_staff)
        answer = await scrape(peer=STRANGER, cookie=f"{SESSION}={cookie}")
        assert (answer.status_code == HTTPStatus.OK) is is_staff
    answer = await scrape(peer=STRANGER, authorization=f"Bearer {TOKEN}")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert samples(answer.text)["hello3d_database_up", ()] == 1


@pytest.mark.requirement("C6")
@pytest.mark.django_db(transaction=True)
async def test_an_address_of_wrong_tokens_has_to_wait_and_nobody_else(settings: Any) -> None:
    settings.METRICS_TOKEN, settings.MCP_FAILURES_PER_CLIENT = TOKEN, Rate(3, 36000)
    settings.RATE_SHARED_ADDRESSES = []
    origins.rate_key.cache_clear()
    guesser, right, wrong = "203.0.113.77", f"Bearer {TOKEN}", f"Bearer {TOKEN}x"

    async def status(peer: str, **headers: str) -> int:
        return (await scrape(peer=peer, **headers)).status_code

    for _ in range(5):  # neither what is right nor what needs no token counts
        assert await status(guesser, authorization=right) == HTTPStatus.OK
        assert await status("127.0.0.1", authorization=wrong) == HTTPStatus.OK
        assert await status(guesser) == HTTPStatus.FORBIDDEN
    guesses = [await status(guesser, authorization=wrong) for _ in range(4)]
    assert guesses == [HTTPStatus.FORBIDDEN] * 3 + [HTTPStatus.TOO_MANY_REQUESTS]
    refused = await scrape(peer=guesser, authorization=right)  # else a guess would show
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 11_000 < int(refused.headers["retry-after"]) <= 12_000
    assert "with wrong ids or tokens from one client: 3 in 36000 s" in refused.text
    assert await status("203.0.113.78", authorization=right) == HTTPStatus.OK
    assert await status("127.0.0.1", authorization=wrong) == HTTPStatus.OK
    cookie = await database.run(_signed_in, is_staff=True)
    assert await status(guesser, cookie=f"{SESSION}={cookie}") == HTTPStatus.OK
    origins.rate_key.cache_clear()


def _signed_in(*, is_staff: bool) -> str:
    client = DjangoClient()
    client.force_login(User.objects.create(username=f"user {is_staff}", is_staff=is_staff))
    return client.cookies[SESSION].value
