"""New scenes are counted by address, however they are made, and refused with the time to wait."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser

from sessions_app import clock
from sessions_app.errors import CreationQuotaError
from sessions_app.limits.rates import Rate
from sessions_app.models import SceneSession
from sessions_app.sessions.opening import scene_session_open
from sessions_app.web import origins
from sessions_app.web.callers import Caller
from tests.conftest import StartServer
from tests.support.forms import press_start
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate

QUOTA = 3
ENVIRONMENT = {
    "SCENE_CREATION_QUOTA": f"{QUOTA}/600",
    "TRUSTED_PROXIES": "127.0.0.1",
    "RATE_SHARED_ADDRESSES": "198.51.100.0/24",
}
ME, NEIGHBOR = "203.0.113.1", "203.0.113.2"
LINK = "get_browser_connection_url"


async def _make(server: ServerProcess, address: str, era: str = MODERN) -> Answer:
    """The answer to a new client that asks for a scene."""
    async with RawClient(server, era) as client:
        return await client.call(LINK, "{}", x_forwarded_for=address)


async def _post(server: ServerProcess, address: str) -> httpx2.Response:
    """The answer to the page's form."""
    headers = {"x-forwarded-for": address}
    async with http_client(base_url=server.url, headers=headers) as http:
        return await press_start(http)


@pytest.fixture
def limited(start_server: StartServer, database_url: str) -> ServerProcess:
    return start_server(database_url, environment=ENVIRONMENT)


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_every_way_to_a_new_scene_counts_and_is_refused(limited: ServerProcess) -> None:
    made = [
        (await _make(limited, ME, MODERN)).code,
        (await _make(limited, ME, HANDSHAKE)).code,
        (await _post(limited, ME)).status_code,
    ]
    assert made == [None, None, 302]
    refused = [await _make(limited, ME, era) for era in (MODERN, HANDSHAKE)]
    async with RawClient(limited, HANDSHAKE) as client:
        refused += [await client.call("open_session", "{}", x_forwarded_for=ME)]
        # The client has made a scene over another connection: what to do about that comes first.
        scattered = await client.call("change_model_color", '{"color": "teal"}', x_forwarded_for=ME)
        assert scattered.code == "session_required"
    async with RawClient(limited, MODERN) as client:
        refused += [await client.call("open_session", "{}", x_forwarded_for=ME)]
    assert [answer.code for answer in refused] == ["creation_quota"] * 4
    assert (await _post(limited, ME)).status_code == 429
    error = refused[0].message["result"]["_meta"]["hello3d/error"]
    assert 500 < error["retryAfterSeconds"] <= 600
    assert "pass" in refused[0].told
    assert f"{QUOTA} in 600 s" in refused[0].told
    assert count(limited.database_url, "scenesession") == QUOTA
    assert count(limited.database_url, "toolcall", "error_code = 'creation_quota'") == 4
    assert (await _make(limited, NEIGHBOR)).code is None


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_scenes_that_are_there_stay_usable(limited: ServerProcess) -> None:
    answers = [await _make(limited, ME) for _ in range(QUOTA + 1)]
    key = answers[0].message["result"]["structuredContent"]["sessionId"]
    async with RawClient(limited, MODERN) as client:
        arguments = f'{{"color": "teal", "scene": "{key}"}}'
        changed = await client.call("change_model_color", arguments, x_forwarded_for=ME)
    assert (answers[-1].code, changed.code) == ("creation_quota", None)


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_the_page_says_in_words_and_in_a_header_when_the_next_may_start(
    limited: ServerProcess, browser: Browser
) -> None:
    for _ in range(QUOTA):
        assert (await _post(limited, ME)).status_code == 302
    answer = await _post(limited, ME)
    assert answer.status_code == 429
    assert 500 < int(answer.headers["retry-after"]) <= 600
    page = await browser.new_page(extra_http_headers={"X-Forwarded-For": ME})
    await page.goto(limited.url)
    await page.get_by_role("button", name="Start a new scene").click()
    told = page.get_by_role("alert")
    await told.wait_for()
    assert "The next one can start in 10 minutes" in " ".join((await told.inner_text()).split())
    assert await page.get_by_role("button", name="Start a new scene").is_visible()
    await page.close()
    assert count(limited.database_url, "scenesession") == QUOTA


@pytest.mark.anyio
@pytest.mark.requirement("C6")
async def test_a_network_counts_as_one_and_a_shared_one_not_at_all(limited: ServerProcess) -> None:
    codes = [(await _make(limited, f"2001:db8::{last}")).code for last in range(1, QUOTA + 2)]
    assert codes == [None] * QUOTA + ["creation_quota"]
    assert (await _make(limited, "2001:db8:0:1::1")).code is None
    codes = [(await _make(limited, "198.51.100.4")).code for _ in range(2 * QUOTA)]
    assert codes == [None] * 2 * QUOTA
    query = "SELECT DISTINCT counted_as FROM sessions_app_scenesession ORDER BY 1"
    counted = [name for (name,) in rows(limited.database_url, query)]
    assert counted == ["", "2001:db8:0:1::/64", "2001:db8::/64"]


@pytest.mark.long
@pytest.mark.anyio
@pytest.mark.requirement("C6")
@pytest.mark.requirement("N10")
async def test_processes_count_together_and_a_restart_forgets_nothing(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    options: dict[str, Any] = {"redis_url": valkey_url, "environment": ENVIRONMENT}
    one, two = (start_server(url, instance=name, **options) for name in ("one", "two"))
    codes = [(await _make(server, ME)).code for server in (one, two, one, two)]
    assert codes == [None] * QUOTA + ["creation_quota"]
    one.kill()
    one.start()
    assert (await _make(one, ME)).code == "creation_quota"
    assert count(url, "scenesession") == QUOTA


@pytest.mark.django_db
def test_the_wait_that_is_told_is_enough_and_not_more(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SCENE_CREATION_QUOTA = Rate(calls=2, seconds=600)
    settings.RATE_SHARED_ADDRESSES = []
    origins.rate_key.cache_clear()
    began = clock.now()

    def make_after(seconds: float) -> float | None:
        """The wait that is told, or None where a scene was made."""

        moment = began + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: moment)
        try:
            made = scene_session_open(opened_by=SceneSession.Origin.BROWSER, caller=Caller(ME))
        except CreationQuotaError as error:
            return error.retry_after_seconds
        SceneSession.objects.filter(pk=made.pk).update(created_at=moment)
        return None

    waits = [make_after(seconds) for seconds in (0, 200, 300, 599, 600, 601, 800)]
    assert waits == [None, None, 300, 1, None, 199, None]
    settings.SCENE_CREATION_QUOTA = None
    assert [make_after(800) for _ in range(5)] == [None] * 5
    origins.rate_key.cache_clear()
