"""3D text on the page: its letters are loaded where a scene has a text, and only there."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from functools import partial

import pytest
from PIL import Image
from playwright.async_api import Browser, Request, Route

from sessions_app.models import SceneSession
from sessions_app.routing import Rule, Target
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.geometry.lettering import text_size
from sessions_app.scene.operations.change import Report, Step, change_of
from sessions_app.steering import asking, steering
from sessions_app.storage import database
from tests.support.browsers import ScenePage, new_tab
from tests.support.here import serving
from tests.support.pages import LETTERS
from tests.support.scenes import color, make_call, make_scene_session
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

LETTERS_CHUNK = "/chunks/letters-"
RED, GREEN = 0, 1
SOME = 0.01


@pytest.fixture
async def scene() -> SceneSession:
    return await database.run(make_scene_session)


@pytest.fixture
async def link(scene: SceneSession) -> AsyncIterator[str]:
    async with serving() as origin:
        yield f"{origin}/?sessionId={scene.edit_key}"


def text(says: str) -> Step:
    """Put a text before the bust, or have the one that is there say something else."""
    width, height = text_size(says, 0.3)

    def write(edit: Edit) -> Report:
        entity = {
            "name": "text", "kind": "text", "text": says, "size": [width, height, 0.05],
            "position": [0, 0.3, 0.3], "material": {"color": "#00ff00"},
        }  # fmt: skip
        if "o90" in edit.document["objects"]:
            edit.set("/objects/o90", "text", says)
        else:
            edit.add("/objects", "o90", entity)
        return Report(values={}, summary="Text.", words="Text.")

    return partial(change_of, write=write)


async def change(scene: SceneSession, step: Step) -> None:
    await steering.steer(make_call(Target(Rule.ARGUMENT, scene.edit_key)), step)


async def picture(scene: SceneSession, revision: int, within_ms: int = 10_000) -> Image.Image:
    params = {"revision": revision, "width": 320, "height": 180, "withinMs": within_ms}
    answer = await asking.ask(scene.pk, "takeScreenshot", params, timeout_seconds=15)
    return Image.open(io.BytesIO(base64.b64decode(answer["data"], validate=True)))


def share(picture: Image.Image, channel: int) -> float:
    """How much of a picture is mainly red, 0, or green, 1."""
    colors = picture.convert("RGB").resize((96, 54)).tobytes()
    pixels = list(zip(colors[::3], colors[1::3], colors[2::3], strict=True))
    strong = [pixel for pixel in pixels if pixel[channel] > 2 * max(_without(pixel, channel))]
    return len(strong) / len(pixels)


def _without(pixel: tuple[int, int, int], channel: int) -> list[int]:
    return [value for i, value in enumerate(pixel) if i != channel]


async def on_screen(opened: ScenePage) -> Image.Image:
    return Image.open(io.BytesIO(await opened.page.locator("canvas").screenshot()))


async def test_letters_are_loaded_once_where_a_scene_has_a_text(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    page = await new_tab(browser)
    asked: list[str] = []

    def note(request: Request) -> None:
        if LETTERS_CHUNK in request.url:
            asked.append(request.url)

    page.on("request", note)
    opened = await (await ScenePage.open_in(page, link)).connected()
    await change(scene, color("teal"))
    await opened.shows(1)
    await picture(scene, 1)
    assert asked == []
    await change(scene, text("HHH"))
    assert share(await picture(scene, 2), GREEN) > SOME
    await opened.shows(2)
    assert share(await on_screen(opened), GREEN) > SOME
    await change(scene, text("HIH"))
    await picture(scene, 3)
    assert len(asked) == 1
    assert opened.complaints == []
    await opened.close()


async def test_while_letters_are_loaded_all_else_is_shown(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    page = await new_tab(browser)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route(LETTERS, held.put)
    opened = await (await ScenePage.open_in(page, link)).connected()
    await change(scene, text("HHH"))
    await change(scene, color("red"))
    route = await held.get()
    async with asyncio.timeout(WITHIN_SECONDS):
        while share(seen := await on_screen(opened), RED) < SOME:
            pass
    assert share(seen, GREEN) == 0
    await route.continue_()
    await opened.shows(2)
    assert share(await on_screen(opened), GREEN) > SOME
    assert opened.complaints == []
    await opened.close()
