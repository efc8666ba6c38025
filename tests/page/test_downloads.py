"""What a person takes away of a scene, and how they have the page: the menu "More"."""

import io
import json
import re
from collections.abc import AsyncIterator

import pytest
from mcp.client import Client
from PIL import Image
from playwright.async_api import Browser, Download, Page, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.exports import download as exported_file
from tests.support.exports import read_glb
from tests.support.pages import COVERED
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N14")]

WIDTH, HEIGHT = 320, 240
# Before the camera, in the middle of the picture.
CRATE = {"kind": "box", "name": "red: crate/1", "size": [0.4] * 3, "position": [0, 0.33, 0.4]}
MANY_FILES = "chunks/files-"


@pytest.fixture
async def client(shared_server: ServerProcess) -> AsyncIterator[Client]:
    async with client_of(shared_server, "auto") as client:
        yield client


async def opened(server: ServerProcess, browser: Browser, client: Client) -> tuple[str, ScenePage]:
    """A scene with a red crate, and its page."""
    key = await open_scene(client)
    await call(client, "add_objects", scene=key, objects=[CRATE | {"color": "red"}])
    url = f"{server.url}/?sessionId={key}&quality=low"
    scene = await ScenePage.open(browser, url, width=WIDTH, height=HEIGHT)
    await scene.shows(1)
    return key, scene


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name=name).click()


async def downloaded(page: Page, name: str) -> tuple[str, bytes]:
    """The name and the content of what is saved when this is chosen."""
    async with page.expect_download() as saving:
        await choose(page, name)
    return await content_of(await saving.value)


async def content_of(saved: Download) -> tuple[str, bytes]:
    return saved.suggested_filename, (await saved.path()).read_bytes()


async def test_a_picture_is_as_seen_and_without_background_where_wished(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    _, scene = await opened(shared_server, browser, client)
    page = scene.page
    name, content = await downloaded(page, "Picture PNG")
    seen = Image.open(io.BytesIO(content))
    assert (name, seen.format, seen.mode, seen.size) == (
        "scene.png", "PNG", "RGB", (WIDTH, HEIGHT),
    )  # fmt: skip
    await page.locator("canvas").press("ArrowLeft")  # what is seen is the person's own view
    await page.get_by_role("button", name="More").click()
    await page.get_by_label("Size").select_option(label="1920 × 1080")
    await page.get_by_label("Transparent background").check()
    await page.keyboard.press("Escape")
    bare = Image.open(io.BytesIO((await downloaded(page, "Picture PNG"))[1]))
    assert (bare.mode, bare.size) == ("RGBA", (1920, 1080))
    corner, middle = bare.getpixel((5, 5)), bare.getpixel((960, 540))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert corner[3] == 0
    assert middle[3] == 255
    assert middle[0] > 2 * middle[1]
    assert scene.complaints == []
    await scene.close()


async def test_the_scene_and_what_is_selected_are_files_for_other_programs(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    key, scene = await opened(shared_server, browser, client)
    page = scene.page
    await call(client, "set_environment", scene=key, name="Hafen: “Größe” 2")
    await scene.shows(2)
    name, content = await downloaded(page, "Scene JSON")
    exported = await call(client, "export_scene", format="json", scene=key)
    assert name == "Hafen-Größe-2.json"
    assert json.loads(content) == json.loads(await exported_file(exported["url"]))
    assert key.encode() not in content
    name, content = await downloaded(page, "3D model GLB")
    names = {node.get("name") for node in read_glb(content)["nodes"]}
    assert name == "Hafen-Größe-2.glb"
    assert {"red: crate/1", "camera"} <= names
    await page.mouse.click(WIDTH // 2, HEIGHT // 2)
    await expect(page.locator("#edit-bar [role=status]")).to_have_text("Selected: red: crate/1")
    name, content = await downloaded(page, "What is selected GLB")
    assert name == "red-crate-1.glb"
    assert "camera" not in {node.get("name") for node in read_glb(content)["nodes"]}
    assert scene.complaints == []
    await scene.close()


async def test_a_turntable_is_a_film_that_the_person_may_end(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    _, scene = await opened(shared_server, browser, client)
    page = scene.page
    progress = page.get_by_role("progressbar", name="Recording one turn")
    await choose(page, "Turntable")
    await page.get_by_role("button", name="Cancel").click()
    await expect(progress).to_be_hidden()
    await page.clock.install()
    async with page.expect_download() as saving:
        await choose(page, "Turntable")
        await expect(progress).to_have_attribute("value", re.compile(r"^0\.\d"))
        await page.clock.fast_forward(6000)
    name, content = await content_of(await saving.value)
    assert name == "scene.webm"
    assert content.startswith(b"\x1a\x45\xdf\xa3")  # EBML
    assert b"webm" in content[:64]
    await expect(progress).to_be_hidden()
    await page.evaluate("delete globalThis.MediaRecorder")
    await choose(page, "Turntable")
    notices = page.get_by_role("log", name="Notices")
    await expect(notices).to_contain_text("This browser records no WebM films.")
    assert scene.complaints == []
    await scene.close()


async def test_what_cannot_be_loaded_or_made_is_said(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    _, scene = await opened(shared_server, browser, client)
    page = scene.page
    await page.route(f"**/{MANY_FILES}*", lambda route: route.abort())
    await choose(page, "Scene JSON")
    notices = page.get_by_role("log", name="Notices")
    await expect(notices).to_contain_text("A part of the page could not be loaded.")
    await scene.close()


@pytest.mark.requirement("A5")
async def test_the_theme_holds_before_anything_is_drawn_and_full_screen_is_left_again(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    _, scene = await opened(shared_server, browser, client)
    page = scene.page
    await page.get_by_role("button", name="More").click()
    assert await page.locator("#more").evaluate(COVERED) == []
    await page.get_by_label("Theme").select_option(label="Dark")
    assert await grave_faults(page) == []
    await page.get_by_role("button", name="Full screen").click()
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Leave full screen").click()
    await expect(page.locator("#full-screen")).to_have_text("Full screen")
    complaints = list(scene.complaints)
    await page.route("**/js/main.*", lambda route: route.abort())
    await page.reload(wait_until="domcontentloaded")
    await expect(page.locator("html")).to_have_css("color-scheme", "dark")
    assert complaints == []
    await scene.close()
