"""What is lost on the way is made good: every page ends with the stored scene."""

import random

import anyio
import pytest
from mcp.client import Client
from playwright.async_api import Browser

from sessions_app.browsers import pairings
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import NEWEST_ERA, call, client_of, open_scene
from tests.support.layers import DROP_EVERY, DROPPED
from tests.support.resources import document_of
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import count, rows
from tests.support.times import times
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

CANCELLED_CALLS = 100


@pytest.mark.requirement("N2")
async def test_lost_messages_and_a_lost_last_one_reach_every_page_within_30_seconds(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    assert pairings.RENEW_EVERY_SECONDS < 30
    often = times({"sessions_app.workers.leases.RENEW_EVERY_SECONDS": 5.0})
    dropping = {"DJANGO_SETTINGS_MODULE": "tests.settings_dropping"}
    server = start_server(database_url, environment=often | dropping)
    calls = 2 * DROP_EVERY  # so the last one is lost too
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        page = await (await ScenePage.open(browser, f"{server.url}/?sessionId={key}")).connected()
        lean = [await open_browser(server, key) for _ in range(3)]
        for number in range(calls):
            await call(client, "change_model_color", color=f"#0000{number + 1:02x}", scene=key)
        scene = await document_of(client, key)
        for other in lean:
            await other.reaches(calls)
            assert model_color(other.document) == model_color(scene)
            await other.close()
        await page.shows(calls)
        await page.close()
    assert server.log.read_text().count(DROPPED) == calls // DROP_EVERY


async def _call_and_leave(client: Client, key: str, number: int, seconds: float) -> None:
    with anyio.move_on_after(seconds):
        color = f"#{number:06x}"
        await client.call_tool("change_model_color", {"color": color, "scene": key})


@pytest.mark.requirement("E3")
@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_calls_cancelled_at_random_moments_leave_every_committed_revision_on_the_page(
    server: ServerProcess, era: str
) -> None:
    chosen = random.Random(20260728)
    async with client_of(server, era) as client:
        key = await open_scene(client)
        page = await open_browser(server, key)
        for number in range(1, CANCELLED_CALLS + 1):
            await _call_and_leave(client, key, number, chosen.uniform(0.0005, 0.012))
        last = await call(client, "change_model_color", color="teal", scene=key)
        await page.reaches(last["revision"])
        assert model_color(page.document) == "#008688"
        stored = count(server.database_url, "scenerevision")
        assert [patch["revision"] for patch in page.patches()] == list(range(1, stored + 1))
        await page.close()
    await _until_no_call_runs(server)
    statuses = rows(server.database_url, "SELECT DISTINCT status FROM sessions_app_toolcall")
    assert {status for (status,) in statuses} == {"success", "cancelled"}


async def _until_no_call_runs(server: ServerProcess) -> None:
    await until(lambda: not count(server.database_url, "toolcall", "status = 'running'"))
