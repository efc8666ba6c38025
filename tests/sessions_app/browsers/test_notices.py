"""What the staff tell people reaches every page on every worker, and changes no scene."""

import pytest
from playwright.async_api import Browser, expect

from sessions_app.browsers.notices import MAX_NOTICE_LENGTH, Level, notice_send
from sessions_app.models import SceneSession, SceneSessionEvent
from sessions_app.simulation.browsers import SimulatedBrowser
from sessions_app.storage import database
from tests.support.browsers import ScenePage
from tests.support.here import serving
from tests.support.scenes import make_scene_session

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("H11"),
]

MARKUP = "<b>Maintenance</b> in five minutes & <script>document.title = 'gone'</script>"


async def make_scenes(count: int) -> list[SceneSession]:
    return [await database.run(make_scene_session) for _ in range(count)]


async def events() -> list[tuple[int, str]]:
    kept = SceneSessionEvent.objects.filter(kind=SceneSessionEvent.Kind.NOTICE).order_by("pk")
    return await database.run(lambda: list(kept.values_list("scene_session", "reason")))


async def test_a_notice_for_all_reaches_every_browser_of_every_session_and_changes_no_scene() -> (
    None
):
    scenes = await make_scenes(3)
    async with serving() as url:
        keys = [str(scene.edit_key) for scene in (scenes[0], scenes[0], scenes[1])]
        browsers = [await SimulatedBrowser.open(url, key) for key in keys]
        assert await database.run(notice_send, "Maintenance in five minutes", Level.WARNING) == 3
        for browser in browsers:
            message = {"message": "Maintenance in five minutes", "level": "warning"}
            assert await browser.receives("notice") == [{"type": "notice"} | message]
            await browser.close()
    stored = await database.run(
        lambda: list(SceneSession.objects.values_list("revision", "changed_at").order_by("pk"))
    )
    assert stored == [(0, scene.changed_at) for scene in scenes]
    # In the timelines of those who saw it, and not of the third, which nobody looks at.
    assert await events() == [(scene.pk, "Maintenance in five minutes") for scene in scenes[:2]]


async def test_a_notice_for_one_scene_reaches_its_browsers_and_no_other() -> None:
    scenes = await make_scenes(2)
    async with serving() as url:
        own, other = [await SimulatedBrowser.open(url, str(scene.edit_key)) for scene in scenes]
        assert (
            await database.run(notice_send, "Only you", Level.INFO, scene_session_id=scenes[0].pk)
            == 1
        )
        await database.run(notice_send, "All of you", Level.INFO)
        await own.receives("notice", 2)
        assert [notice["message"] for notice in await other.receives("notice")] == ["All of you"]
        await own.close()
        await other.close()
    assert (scenes[0].pk, "Only you") in await events()
    assert (scenes[1].pk, "Only you") not in await events()


@pytest.mark.parametrize("message", ["", "   ", "x" * (MAX_NOTICE_LENGTH + 1)])
async def test_a_notice_that_is_empty_or_too_long_is_not_sent(message: str) -> None:
    with pytest.raises(ValueError, match="1 to 200 characters"):
        await database.run(notice_send, message, Level.INFO)
    assert await events() == []


async def test_the_page_shows_markup_as_text_and_a_warning_until_it_is_dismissed(
    browser: Browser,
) -> None:
    [scene] = await make_scenes(1)
    async with serving() as url:
        opened = await ScenePage.open(browser, f"{url}/?sessionId={scene.edit_key}&quality=low")
        await opened.connected()
        warnings = opened.page.get_by_role("alert", name="Warnings").get_by_role("listitem")
        passing = opened.page.get_by_role("log", name="Notices").get_by_role("listitem")
        await opened.page.clock.install()
        await database.run(notice_send, MARKUP, Level.WARNING)
        await database.run(
            notice_send, "Everything is well again", Level.INFO, scene_session_id=scene.pk
        )
        await expect(passing).to_contain_text("Everything is well again")
        await expect(warnings).to_contain_text(MARKUP)
        await opened.page.clock.run_for(31_000)
        await expect(passing).to_have_count(0)
        await expect(warnings).to_have_count(1)
        await warnings.get_by_role("button", name="Dismiss").click()
        await expect(warnings).to_have_count(0)
        assert opened.complaints == []
        await opened.close()
