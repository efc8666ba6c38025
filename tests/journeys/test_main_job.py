"""The main job: a client's call changes the scene in the right person's browser, and no other."""

import asyncio

import pytest
from mcp_types import Implementation
from playwright.async_api import Browser

from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, error_code, open_scene
from tests.support.resources import document_of
from tests.support.scene_documents import model_color
from tests.support.servers import Kind, ServerProcess
from tests.support.storage import count, newer

pytestmark = pytest.mark.anyio

RACES = 5


@pytest.mark.requirement("H1")
@pytest.mark.parametrize(
    ("era", "kind"),
    [
        ("auto", "uvicorn"),
        ("legacy", "daphne"),
        pytest.param("auto", "daphne", marks=pytest.mark.long),
        pytest.param("legacy", "uvicorn", marks=pytest.mark.long),
    ],
)
async def test_a_call_colors_the_model_in_the_browser_that_opened_the_link(
    start_server: StartServer,
    database_url: str,
    shared_server: ServerProcess,
    browser: Browser,
    kind: Kind,
    era: str,
) -> None:
    server = shared_server if kind == "uvicorn" else start_server(database_url, kind=kind)
    async with client_of(server, era) as client:
        link = await call(client, "get_browser_connection_url")
        page = await ScenePage.open(browser, link["browserUrl"])
        await page.connected()
        result = await call(client, "change_model_color", color="lime", scene=link["sessionId"])
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await page.shows(result["revision"])
        red, green, blue = await page.model_pixel()
        assert green > red > blue
        assert page.complaints == []
        await page.close()


@pytest.mark.requirement("A1")
async def test_simultaneous_first_calls_of_a_handshake_session_make_one_scene(
    shared_server: ServerProcess,
) -> None:
    new = newer(shared_server.database_url, "scenesession")
    for scenes in range(1, RACES + 1):
        racer = Implementation(name=f"racer {scenes}", version="1")
        async with client_of(shared_server, "legacy", info=racer) as client:
            results = await asyncio.gather(
                call(client, "change_model_color", color="teal"),
                call(client, "change_background_color", color="snow"),
            )
            assert len({result["sessionId"] for result in results}) == 1
            scene = await document_of(client, results[0]["sessionId"])
        assert (model_color(scene), scene["environment"]["background"]) == (
            "#008688",
            ["#ffffff"],
        )
        assert count(shared_server.database_url, "scenesession", new) == scenes


@pytest.mark.requirement("A1")
async def test_simultaneous_first_calls_without_a_handshake_split_no_scene(
    shared_server: ServerProcess,
) -> None:
    new = newer(shared_server.database_url, "scenesession")
    async with client_of(shared_server, "auto") as client:
        first = await asyncio.gather(
            client.call_tool("change_model_color", {"color": "teal"}),
            client.call_tool("change_background_color", {"color": "snow"}),
        )
        assert [error_code(result) for result in first] == ["session_required"] * 2
        assert count(shared_server.database_url, "scenesession", new) == 0
        key = await open_scene(client)
        await asyncio.gather(
            call(client, "change_model_color", color="teal", scene=key),
            call(client, "change_background_color", color="snow", scene=key),
        )
        scene = await document_of(client, key)
    assert (model_color(scene), scene["environment"]["background"]) == (
        "#008688",
        ["#ffffff"],
    )
    assert count(shared_server.database_url, "scenesession", new) == 1


@pytest.mark.requirement("H4")
@pytest.mark.parametrize("era", ERAS)
async def test_every_studio_tool_answers_with_the_values_as_they_now_are(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        for light in ("key", "fill"):
            result = await call(client, f"set_{light}_light_intensity", intensity=5000, scene=key)
            assert result["intensity"] == 1000
            result = await call(client, f"set_{light}_light_color", color="#abc", scene=key)
            assert result["color"] == "#aabbcc"
            result = await call(
                client, f"set_{light}_light_position", x=0, y=0.3255, z=200, scene=key
            )
            assert (result["position"], result["distance"]) == ([0, 0.3255, 100], 100)
            result = await call(client, f"set_{light}_light_size", width=2, height=3, scene=key)
            assert result["size"] == [2, 3]
        result = await call(client, "change_model_size", size=1000, scene=key)
        assert result["scale"] == [100, 100, 100]
        result = await call(client, "scale_model", x=1, y=2, z=3, scene=key)
        assert result["scale"] == [1, 2, 3]
        result = await call(client, "change_background_color", color="Sea-Foam", scene=key)
        assert result["color"] == "#03f987"
        result = await call(client, "change_model_color", color="rebeccapurple", scene=key)
        assert result["color"] == "#663399"
        assert result["revision"] == 12
