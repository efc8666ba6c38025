"""So many browsers look at one scene, and so many pages are one person's or one address's."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from playwright.async_api import Browser, expect
from websockets.asyncio.client import connect
from websockets.typing import Origin

from hello3d.asgi import application
from sessions_app import clock
from sessions_app.browsers.pairings import Visitor, pairing_join, pairing_leave
from sessions_app.errors import TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import Pairing, SceneSession
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.communicating import Communicator
from tests.support.scene_sockets import HEADERS, closed_with, join, receive, register
from tests.support.scenes import make_scene_session
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = pytest.mark.requirement("C6")


def arrive(
    scene: SceneSession,
    browser_id: str = "",
    *,
    address: str | None = None,
    principal: Principal = ANYONE,
) -> Pairing:
    visitor = Visitor(browser_id or uuid4().hex, "", uuid4().hex, address, "", principal)
    return pairing_join(access=Access(scene.edit_key), visitor=visitor).pairing


def refused(scene: SceneSession, **visitor: Any) -> Limit:
    with pytest.raises(TooManyConnectionsError) as caught:
        arrive(scene, **visitor)
    return caught.value.limit


@pytest.mark.django_db
def test_a_session_has_so_many_browsers_and_one_that_returns_is_none_too_many(
    settings: Any,
) -> None:
    settings.MCP_MAX_BROWSERS_PER_SESSION = 2
    refusals.take()
    scene, other = make_scene_session(), make_scene_session()
    first, _ = arrive(scene, "one"), arrive(scene, "two")
    assert refused(scene) == Limit.BROWSERS_PER_SESSION
    arrive(scene, "one")
    arrive(other)
    pairing_leave(
        first.pk, channel_name=Pairing.objects.get(pk=first.pk).channel_name, close_code=1
    )
    arrive(scene, "three")
    assert refused(scene, browser_id="one") == Limit.BROWSERS_PER_SESSION
    # A browser whose lease has run out holds no place, whatever became of its process.
    Pairing.objects.filter(browser_id="two").update(lease_until=clock.now() - timedelta(seconds=1))
    arrive(scene, "one")
    assert sum(refusals.take().values()) == 2


@pytest.mark.django_db
@pytest.mark.requirement("X1")
def test_a_person_has_so_many_pages_in_all_sessions(settings: Any) -> None:
    settings.MCP_MAX_CONNECTIONS_PER_USER = 2
    scene, other = make_scene_session(), make_scene_session()
    someone = Principal(user_id=User.objects.create_user("someone").pk)
    another = Principal(user_id=User.objects.create_user("another").pk)
    arrive(scene, "one", principal=someone)
    arrive(other, principal=someone)
    assert refused(scene, principal=someone) == Limit.CONNECTIONS_PER_USER
    assert arrive(scene, "one", principal=someone).user_id == someone.user_id
    arrive(scene, principal=another)
    arrive(scene)


@pytest.mark.django_db
def test_an_address_has_so_many_pages_unless_many_people_share_it(settings: Any) -> None:
    settings.MCP_MAX_CONNECTIONS_PER_ADDRESS = 2
    scene = make_scene_session()
    for number in range(2):
        arrive(scene, address=f"2001:db8:0:7::{number}")
    assert refused(scene, address="2001:db8:0:7::9") == Limit.CONNECTIONS_PER_ADDRESS
    assert arrive(scene, address="2001:db8:0:8::9").counted_as == "2001:db8:0:8::/64"
    for _ in range(4):
        arrive(scene, address="127.0.0.1")


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_one_too_many_is_told_why_and_closed(scene: SceneSession, settings: Any) -> None:
    settings.MCP_MAX_BROWSERS_PER_SESSION = 1
    here = await join(scene)
    await receive(here, "sessionRegistered")
    late = Communicator(application, "/ws/scene/", headers=HEADERS)
    await late.connect()
    await register(late, scene)
    error = await receive(late, "error")
    assert error["code"] == "connection_limit"
    assert error["message"].startswith("The limit of browsers for this scene is reached: 1.")
    assert await closed_with(late) == 4429
    assert await database.run(Pairing.objects.count) == 1
    await here.disconnect()


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_a_page_that_connects_again_takes_its_own_place(
    scene: SceneSession, settings: Any
) -> None:
    settings.MCP_MAX_BROWSERS_PER_SESSION = 1
    older = await join(scene, browser_id="tab")
    await receive(older, "sessionRegistered")
    newer = await join(scene, browser_id="tab")
    await receive(newer, "sessionRegistered")
    assert (await receive(older, "error"))["code"] == "replaced"
    assert await closed_with(older) == 4409
    await older.wait()
    pairing = await database.run(Pairing.objects.get)
    assert pairing.left_at is None
    await register(newer, scene, browser_id="tab")  # the same connection, as after a gap
    await receive(newer, "sessionRegistered")
    await newer.disconnect()


async def _join(server: ServerProcess, key: str, browser_id: str) -> int:
    """Register a browser; the code with which it is closed."""
    async with connect(server.socket_url, origin=Origin(server.url)) as socket:
        message = {"type": "registerSession", "sessionId": key, "browserId": browser_id}
        await socket.send(json.dumps(message))
        async with asyncio.timeout(WITHIN_SECONDS):
            await socket.wait_closed()
        return socket.close_code or 0


@pytest.mark.anyio
@pytest.mark.long
@pytest.mark.requirement("N10")
async def test_all_processes_count_the_same_browsers(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    database_url = postgres_template.copy()
    one, two = (
        start_server(
            database_url,
            redis_url=valkey_url,
            instance=name,
            environment={"MCP_MAX_BROWSERS_PER_SESSION": "2"},
        )
        for name in ("one", "two")
    )
    async with client_of(one, "auto") as client:
        key = await open_scene(client)
    first, second = await open_browser(one, key), await open_browser(two, key)
    assert [await _join(server, key, "late") for server in (one, two)] == [4429, 4429]
    again = await open_browser(two, key, browser_id=first.browser_id)
    await first.ended()
    assert first.close_code == 4409
    live = "SELECT count(*) FROM sessions_app_pairing WHERE left_at IS NULL"
    assert rows(database_url, live) == [(2,)]
    for browser in (second, again):
        await browser.close()


@pytest.mark.anyio
async def test_the_page_says_what_to_do_and_does_not_hammer(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    server = start_server(database_url, environment={"MCP_MAX_BROWSERS_PER_SESSION": "1"})
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
    first = await open_browser(server, key)
    tab = await (await browser.new_context()).new_page()
    await tab.clock.install()
    page = await ScenePage.open_in(tab, f"{server.url}/?sessionId={key}")
    await page.becomes(connection="reconnecting")
    await expect(page.page.locator("#refusal-title")).to_be_visible()
    await expect(page.page.locator("#refusal-advice")).to_contain_text(
        "The limit of browsers for this scene is reached"
    )
    await expect(page.page.locator("#connection-text")).to_have_text("Too many pages")
    # Pages whose connection broke come back within a second; these wait for 30 to 120.
    long_wait = re.compile(r"in (2\d|[3-9]\d|1[0-2]\d) s")
    await expect(page.page.locator("#connection-countdown")).to_have_text(long_wait)
    assert len(page.sockets) == 1
    await tab.clock.fast_forward(121_000)
    await until(lambda: len(page.sockets) == 2)
    await page.close()
    await first.close()
