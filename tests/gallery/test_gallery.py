"""Scenes that people ask for, each by the calls that were recorded."""

import base64
import copy
import io
import json
import statistics

import pytest
from mcp.client import Client
from mcp_types import CallToolResult, ImageContent
from PIL import Image
from playwright.async_api import Browser

from sessions_app.scene.document import Document
from sessions_app.scene.operations.inspecting import Question, inspect
from tests.gallery.recordings import NAMES, PICTURES, Recording, recording, stored_document
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.color_differences import difference, lab_of
from tests.support.resources import document_of
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

SMALL = (160, 90)
MOST_FLOATING_SCENES = 3


@pytest.mark.parametrize("name", NAMES)
def test_the_calls_build_the_scene_and_leave_nothing_odd(name: str) -> None:
    document, _ = recording(name).build()
    assert _at_rest(document) == _at_rest(stored_document(name))
    assert inspect(document, Question()).values["odd"] == []


def test_sixteen_scenes_of_which_few_declare_that_something_floats() -> None:
    assert len(NAMES) == 16
    floating = [name for name in NAMES if '"floating": true' in json.dumps(stored_document(name))]
    assert len(floating) <= MOST_FLOATING_SCENES, floating


def test_the_documentation_shows_each_scene_with_its_calls() -> None:
    page = (PICTURES.parent / "gallery.md").read_text()
    for name in NAMES:
        assert f"(gallery/{name}.jpg)" in page
        assert f"(../tests/gallery/scenes/{name}.json)" in page
    assert sorted(path.stem for path in PICTURES.glob("*.jpg")) == NAMES


def _differences(one: Image.Image, other: Image.Image) -> list[float]:
    """How different the pixels of two pictures look, the most different last."""
    first, second = (
        picture.convert("RGB").resize(SMALL, Image.Resampling.BOX).tobytes()
        for picture in (one, other)
    )
    return sorted(
        difference(lab_of(*first[at : at + 3]), lab_of(*second[at : at + 3]))
        for at in range(0, len(first), 3)
    )


async def _send(client: Client, recorded: Recording) -> tuple[str, str, int]:
    """Send the calls as they were recorded; return the scene's id, its link and its revision."""
    opened = await call(client, "open_session", start=recorded.start)
    key, revision = opened["sessionId"], 0
    for tool, arguments in recorded.calls:
        revision = (await call(client, tool, scene=key, **arguments))["revision"]
    return key, opened["browserUrl"], revision


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
async def test_a_client_builds_it_and_its_picture_is_the_galleries(
    shared_server: ServerProcess, browser: Browser, name: str
) -> None:
    recorded = recording(name)
    async with client_of(shared_server, "auto") as client:
        key, link, revision = await _send(client, recorded)
        page = await ScenePage.open(browser, f"{link}&quality=high", width=320, height=180)
        await page.shows(revision)
        document = await document_of(client, key)
        shot = await client.call_tool(
            "take_screenshot", {"scene": key, "width": 960, "height": 540, "at": recorded.at}
        )
    assert _at_rest(document) == _at_rest(stored_document(name))
    assert page.complaints == []
    drawn = _picture_of(shot)
    differences = _differences(drawn, Image.open(PICTURES / f"{name}.jpg"))
    assert statistics.fmean(differences) < 1, name
    assert differences[len(differences) * 95 // 100] < 4, name
    await page.close()


def _picture_of(result: CallToolResult) -> Image.Image:
    [image] = [part for part in result.content if isinstance(part, ImageContent)]
    return Image.open(io.BytesIO(base64.b64decode(image.data)))


def _at_rest(document: Document) -> Document:
    """The document without the moments at which its motions began."""
    objects = copy.deepcopy(document["objects"])
    for entity in objects.values():
        for motion in entity.get("animation", {}).values():
            motion.pop("start", None)
    return document | {"objects": objects}
