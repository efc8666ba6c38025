"""The first page: what it is, ways in, and a picture that moves for those who like that."""

import pytest
from playwright.async_api import Browser

from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

ENDS = "document.getAnimations().map((one) => one.effect.getComputedTiming().endTime)"


async def test_the_picture_moves_for_five_seconds_at_most_or_not_at_all(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page = await browser.new_page(reduced_motion="no-preference")
    await page.goto(shared_server.url)
    ends = await page.evaluate(ENDS)
    # WCAG 2.2, 2.2.2: what moves by itself for longer needs a button that stops it.
    assert 0 < max(ends) <= 5000
    await page.emulate_media(reduced_motion="reduce")
    assert await page.evaluate(ENDS) == []
    await page.context.close()
