"""The main ways through the program in the browsers that are not Chromium."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from mcp.client import Client
from mcp_types import ImageContent
from PIL import Image

from tests.support.calls import call, client_of
from tests.support.firefox import firefox_page
from tests.support.other_browsers import CONTROL, DELETE, ESCAPE, RIGHT, OtherPage
from tests.support.pictures import picture_of
from tests.support.resources import document_of
from tests.support.servers import ServerProcess
from tests.support.waiting import until
from tests.support.webkit import webkit_page

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H1"), pytest.mark.long]

Open = Callable[[int, int], AbstractAsyncContextManager[OtherPage]]

WIDTH, HEIGHT = 1000, 600
CRATE = {"kind": "box", "name": "crate", "size": [1, 1, 1], "position": [0, 0.5, 0]}
VIEW = {"position": [0, 1.1, 5], "look_at": "0, 1.1, 0", "fov": 32}
# Of the crate, in shares of the picture.
RIGHT_OF_MIDDLE, DOWN = 0.46, 0.71


def is_red(picture: Image.Image) -> bool:
    """Whether the crate is where it was put."""
    place = round(picture.width * RIGHT_OF_MIDDLE), round(picture.height * DOWN)
    pixel = picture.getpixel(place)
    assert isinstance(pixel, tuple)
    red, green, blue = pixel[:3]
    return red > 100 and red > 2 * max(green, blue)


async def click_crate(page: OtherPage) -> None:
    await page.click_at(WIDTH * RIGHT_OF_MIDDLE, HEIGHT * DOWN)


async def place_of_crate(client: Client, key: str) -> list[float]:
    objects = (await document_of(client, key))["objects"].values()
    [place] = [each["position"] for each in objects if each["name"] == "crate"]
    return list(place)


async def started(page: OtherPage, server: ServerProcess) -> str:
    """Start an empty scene on the first page; its key, which is in what connects a client."""
    await page.goto(server.url)
    await page.click("Empty")
    await page.click("Start a new scene")
    await page.shows(0)
    key = str(await page.run("return new URLSearchParams(location.search).get('sessionId')"))
    assert f"{server.mcp_url}/{key}" in await page.text_of("#copied-claude-code")
    await page.click("Copy")
    await page.until("document.querySelector('#way-claude-code button').textContent === 'Copied'")
    return key


async def shared(page: OtherPage) -> str:
    """Make a viewer's link, and get it as others do: from the clipboard."""
    await page.click("Share")
    await page.click("Copy link")
    await page.until("document.querySelector('#share-copy').textContent === 'Copied'")
    await page.press(ESCAPE)
    await page.run("document.querySelector('#say-text').focus()")
    await page.press(CONTROL, "v")
    return str(await page.run("return document.querySelector('#say-text').value"))


async def downloaded(page: OtherPage) -> Image.Image:
    """What is seen, as a file."""
    await page.click("More")
    await page.click("Picture PNG")
    file = page.downloads / "scene.png"
    await until(lambda: file.exists() and file.read_bytes().endswith(b"IEND\xaeB`\x82"))
    return Image.open(file)


async def pictured(client: Client) -> Image.Image:
    """The picture that the model gets."""
    result = await client.call_tool("take_screenshot", {})
    assert not result.is_error, result.content
    [picture] = [each for each in result.content if isinstance(each, ImageContent)]
    return picture_of(picture.data)


@pytest.mark.parametrize("opened", [firefox_page, webkit_page], ids=["firefox", "webkit"])
async def test_a_scene_is_begun_built_edited_shared_and_taken_away(
    shared_server: ServerProcess, opened: Open
) -> None:
    async with opened(WIDTH, HEIGHT) as page:
        key = await started(page, shared_server)
        async with client_of(shared_server, "auto", f"/{key}") as client:
            await call(client, "add_objects", objects=[CRATE | {"color": "red"}])
            await call(client, "set_camera", **VIEW)
            await page.shows(2)
            assert is_red(await page.screenshot())
            await click_crate(page)
            await page.until(
                "document.querySelector('#edit-bar [role=status]').innerText === 'Selected: crate'"
            )
            await page.press(RIGHT)
            await page.shows(3)
            assert await place_of_crate(client, key) == [0.1, 0.5, 0]
            await page.press(CONTROL, "z")
            await page.shows(4)
            assert await place_of_crate(client, key) == [0, 0.5, 0]
            link = await shared(page)
            async with opened(WIDTH, HEIGHT) as viewer:
                await viewer.goto(link)
                await viewer.shows(4)
                assert is_red(await viewer.screenshot())
                assert await viewer.text_of("#role-text") == "View only"
                await click_crate(viewer)
                for pressed in (DELETE, RIGHT):
                    await viewer.press(pressed)
                await call(client, "change_background_color", color="teal")
                for each in (page, viewer):
                    await each.shows(5)  # of which none is the viewer's
                assert await viewer.complaints() == []
            assert is_red(await pictured(client))
            saved = await downloaded(page)
            assert saved.size == (WIDTH, HEIGHT)
            assert is_red(saved)
            await page.reload()
            await page.shows(5)
            assert is_red(await page.screenshot())
        assert await page.complaints() == []
