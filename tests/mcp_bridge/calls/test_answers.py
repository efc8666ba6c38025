"""What a model reads of a call that succeeds: all of it in the text, and all in the structure."""

import json
from typing import Any

import pytest
from mcp_types import CallToolResult, Implementation, TextContent
from playwright.async_api import Browser

from mcp_bridge.tools import TOOLS
from tests.support.arguments import ARGUMENTS
from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, open_scene, until_shown
from tests.support.models import box_model
from tests.support.sent_models import sent
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.walk.asking import TOOLS as ALONE

pytestmark = pytest.mark.anyio

NEXT = "pass it as `scene` in every call"
# What the text must hold beside the scene's id and how far the change has come.
VALUES = {
    "get_browser_connection_url": ["The scene's link: http", "Give it to the person"],
    "open_session": ["?sessionId=", "Give it to the person"],
    "list_sessions": ["1 scene:", "at revision 0, with 0 browsers open", "?sessionId="],
    "get_scene": [
        *("4 objects", "model: bust 0.428 × 0.651 × 0.309", "a classical bust", "Environment:"),
        *("key: area light", "azimuth 135° (southeast)", "Active camera: camera", "+x is the"),
    ],
    "add_objects": [
        *("Added 2 objects.", "hat: box 1 × 1 × 1", "on model", "Odd: pin has the same place"),
        "place_objects {",
    ],
    "update_objects": ["Updated 1 object.", "key: area light", "intensity 3"],
    "remove_objects": ["Removed fill."],
    "set_environment": ["The environment is now so:", "light: studio, 0.4", "exposure: 1.2"],
    "set_camera": ["frames everything from the view three quarter", "camera: camera at"],
    "repeat_objects": ["Repeated: model[1] to model[3]", "model row: pattern of 3 × model, row"],
    "place_objects": ["Placed key above model.", "key: area light"],
    "check_scene": [
        *("model: bust, box 0.428", "model to key: 0.449 apart", "Ray from camera toward model"),
        *("Nothing is odd about 1 object.", "Plan from the top", "A model: x"),
    ],
    "import_model": ["Added the model.", "crate: model 2 × 1 × 4 at"],
    "add_chart": ["sales: ", "bars"],
    "animate": ["model moves.", "spins once in 4 s"],
    "history": ["There are no steps.", "start (0)", "Nothing is left to undo."],
    "export_scene": ["The scene at revision 0 as json", "/files/", "Give the person this link"],
    "change_model_color": ["teal (#008688)"],
    "change_model_size": ["size is now 2: 0.856 × 1.302 × 0.618 m"],
    "scale_model": ["1, 2, 3 (x, y, z)"],
    "change_background_color": ["steelblue (#4682b4)"],
    **{
        f"set_{light}_light_{name}": [f"The {light} light", *words]
        for light in ("key", "fill")
        for name, words in {
            "intensity": ["intensity is now 3"],
            "position": ["-0.8, 0.7, 0.4 (x, y, z)"],
            "color": ["#aabbcc"],
            "size": ["0.4 by 0.5 m"],
        }.items()
    },
}

# What these name is in a new scene.
OF_A_NEW_SCENE = {
    tool: ALONE[tool] for tool in ("repeat_objects", "place_objects", "remove_objects")
}
# Each is tested apart: it ends the scene, or shows a picture.
APART = {"close_session", "take_screenshot"}


def test_the_table_has_every_tool_that_is_listed() -> None:
    """For those of the group `studio`: tests/mcp_bridge/tools/test_studio_group.py."""
    assert VALUES.keys() | APART == {tool.name for tool in TOOLS.listed()}


async def both(client: Any, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """The text of a success and its structure, which agree."""
    result = await client.call_tool(tool, arguments)
    [block] = result.content
    assert isinstance(block, TextContent)
    assert not result.is_error, block.text
    structured: dict[str, Any] = result.structured_content
    assert structured["message"] == block.text
    return block.text, structured


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("tool", VALUES)
async def test_a_success_says_what_happened_what_holds_and_what_to_do_next(
    shared_server: ServerProcess, era: str, tool: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        arguments = (ARGUMENTS | OF_A_NEW_SCENE).get(tool, {})
        if tool == "import_model":
            upload = await sent(shared_server, key, box_model())
            arguments = {"upload": upload, "name": "crate"}
        text, structured = await both(client, tool, scene=key, **arguments)
    for word in [key, *VALUES[tool]]:
        assert word in text
    if tool == "list_sessions":
        assert "as `scene` in every call" in text
        [listed] = structured["sessions"]
        assert listed["sessionId"] == key
        return
    assert NEXT in text
    assert "No browser is open." in text
    assert structured["sessionId"] == key
    assert structured["browserUrl"] in text
    assert structured["browsers"] == {"connected": 0, "acknowledged": 0, "visible": 0}
    assert "created" not in structured


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
async def test_a_closed_scene_reads_as_closed(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        text, structured = await both(client, "close_session", scene=key)
    assert f"The scene {key} is closed for good" in text
    assert "Call open_session to start another one." in text
    assert NEXT not in text
    assert "http" not in json.dumps(structured)
    nobody = {"connected": 0, "acknowledged": 0, "visible": 0}
    assert structured == {
        "message": text,
        "sessionId": key,
        "revision": 0,
        "browsers": nobody,
        "browserUrl": "",
        "closed": True,
    }


@pytest.mark.requirement("H4")
@pytest.mark.parametrize("era", ERAS)
async def test_what_was_moved_to_a_limit_is_said_in_both(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        text, structured = await both(client, "change_model_size", size=1000, scene=key)
    assert "outside 0.01 to 100, so it was set to 100" in text
    assert structured["scale"] == [100, 100, 100]


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("tool", ["get_browser_connection_url", "open_session"])
@pytest.mark.parametrize("era", ERAS)
async def test_a_call_that_starts_a_scene_says_so_first(
    shared_server: ServerProcess, era: str, tool: str
) -> None:
    async with client_of(shared_server, era) as client:
        text, structured = await both(client, tool)
        again = await both(client, tool, scene=structured["sessionId"])
    key = structured["sessionId"]
    first = f"A new scene was started. Pass its id as `scene` in every later call: {key}."
    assert text.startswith(first)
    assert structured["created"] is True
    assert "created" not in again[1]
    assert "A new scene" not in again[0]


@pytest.mark.requirement("A1")
async def test_a_change_that_starts_a_scene_says_so_first(shared_server: ServerProcess) -> None:
    alone = Implementation(name="one that starts with a change", version="1")
    async with client_of(shared_server, "legacy", info=alone) as client:
        text, structured = await both(client, "change_model_color", color="teal")
        later, _ = await both(client, "change_model_color", color="lime")
    assert text.startswith("A new scene was started. Pass its id as `scene`")
    assert "The model is now teal (#008688)." in text
    assert structured["created"] is True
    assert later.startswith("The model is now lime")


@pytest.mark.requirement("H5")
async def test_turning_to_a_scene_is_told_as_each_era_has_it(shared_server: ServerProcess) -> None:
    said = {}
    for era in ERAS:
        async with client_of(shared_server, era) as client:
            key = await open_scene(client)
            said[era], _ = await both(client, "open_session", scene=key)
    assert said["legacy"].startswith("This client now steers this scene: http")
    assert said["auto"].startswith("This scene is open: http")
    assert "steers" not in said["auto"]


@pytest.mark.requirement("H5")
async def test_an_empty_list_is_told_as_each_era_has_it(shared_server: ServerProcess) -> None:
    said = {}
    for era in ERAS:
        async with client_of(shared_server, era) as client:
            said[era], structured = await both(client, "list_sessions")
            unknown = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"
            wrong, _ = await both(client, "list_sessions", scene=unknown)
        assert structured["sessions"] == []
        assert "get_browser_connection_url" in said[era]
        assert wrong.startswith("No scene has this id.")
    assert said["legacy"].startswith("This client steers no scene yet.")
    assert said["auto"].startswith("No scene was named: this version of the protocol keeps none")


@pytest.mark.requirement("N3")
async def test_a_picture_comes_without_structure_and_says_in_text_what_it_is(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        link = await call(client, "get_browser_connection_url")
        page = await (await ScenePage.open(browser, link["browserUrl"])).connected()
        key = link["sessionId"]
        await until_shown(client, key)
        result = await client.call_tool("take_screenshot", {"scene": key, "width": 5000})
        filled = {"scene": key, "width": 0, "height": 0}
        whole = await client.call_tool("take_screenshot", filled)
        small = await client.call_tool("take_screenshot", {"scene": key, "width": -5, "height": 2})
        await page.close()
    assert result.structured_content is None
    text, image = result.content
    assert image.type == "image"
    assert isinstance(text, TextContent)
    assert "The scene at revision 0, from its own camera: 1280 by" in text.text
    assert "The width 5000 is outside 16 to 1280, so it was moved to 1280." in text.text
    assert "Shown in 1 browser." in text.text
    assert NEXT in text.text
    assert "960 by 540 pixels. Compare" in _text(whole)
    assert "16 by 16 pixels. The width -5 is outside 16 to 1280, so it was moved to 16." in (
        _text(small)
    )
    assert "The height 2 is outside 16 to 1280, so it was moved to 16. Compare" in _text(small)


def _text(result: CallToolResult) -> str:
    text, _ = result.content
    assert isinstance(text, TextContent)
    return text.text


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
async def test_a_read_and_a_change_to_what_it_is_say_who_looks_on(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        page = await open_browser(shared_server, key)
        told, _ = await both(client, "get_scene", scene=key)
        assert "Shown in 1 browser." in told
        page.revision = 1000  # so that it takes no patch for its next, and confirms none
        await both(client, "change_model_color", scene=key, color="cyan")
        for tool, own in (("get_scene", {}), ("change_model_color", {"color": "cyan"})):
            told, structured = await both(client, tool, scene=key, **own)
            assert structured["browsers"] == {"connected": 1, "acknowledged": 0, "visible": 0}
            assert "1 browser is open, but has not confirmed this revision." in told
            assert "ask them to bring its tab to the front" in told
        await page.close()


@pytest.mark.requirement("A1")
async def test_turning_to_a_scene_says_that_none_was_started(shared_server: ServerProcess) -> None:
    for era in ERAS:
        async with client_of(shared_server, era) as client:
            key = await open_scene(client)
            told, _ = await both(client, "open_session", scene=key)
            assert 'No new scene was started: for one, call open_session with `scene` "".' in told
            started, _ = await both(client, "open_session", scene="")
            assert "No new scene was started" not in started
        async with client_of(shared_server, era, path=f"/{key}") as client:
            for own in ({}, {"scene": key}):
                told, _ = await both(client, "open_session", **own)
                assert (
                    "No new scene was started: for one, connect this client to the address" in told
                )
