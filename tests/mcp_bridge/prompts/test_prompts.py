"""Prompts: what a person picks by name becomes calls of tools that exist, with their arguments."""

import re
from typing import Any

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference

from mcp_bridge.prompts import lighting
from mcp_bridge.prompts.catalog import PROMPTS
from mcp_bridge.tools import TOOLS
from sessions_app.scene.descriptions.lights import place_around_center
from sessions_app.scene.document.kinds import INTENSITY_RANGE, LIGHT_SIZE_RANGE
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.lights import LIGHT_DISTANCE_RANGE
from tests.support.calls import ERAS, call, client_of, open_scene
from tests.support.resources import document_of
from tests.support.scene_documents import object_named
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

STEP = re.compile(r"^\d+\. (\w+): (.+?)(?: \(.*)?$", re.M)


async def text_of(client: Client, name: str, **arguments: str) -> str:
    [message] = (await client.get_prompt(name, arguments)).messages
    assert message.role == "user"
    assert message.content.type == "text"
    return message.content.text


def steps(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls that a lighting prompt asks for, as a model would make them."""
    return [
        (tool, {name: value.strip('"') for name, value in re.findall(r"(\w+)=([^,]+)", given)})
        for tool, given in STEP.findall(text)
    ]


@pytest.mark.parametrize("era", ERAS)
async def test_every_prompt_is_listed_with_its_arguments(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        prompts = (await client.list_prompts()).prompts
    assert [prompt.name for prompt in prompts] == list(PROMPTS)
    [lit] = [prompt for prompt in prompts if prompt.name == "studio_lighting"]
    taken = {argument.name: argument.required for argument in lit.arguments or []}
    assert taken == {
        "set_up": True, "mood": False, "color": False, "direction": False, "scene": False
    }  # fmt: skip


@pytest.mark.parametrize("era", ERAS)
async def test_a_set_up_can_be_called_as_it_is_written(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        text = await text_of(client, "studio_lighting", set_up="rembrandt", scene=key)
        assert f'scene="{key}"' in text
        for tool, arguments in steps(text):
            await call(client, tool, **arguments, scene=key)
        document = await document_of(client, key)
    light, layout = object_named(document, "key"), Layout(document["objects"])
    seen = place_around_center(layout, "o2")
    assert (seen.azimuth_degrees, seen.elevation_degrees) == pytest.approx((135, 45), abs=0.1)
    assert seen.distance == pytest.approx(0.8, abs=0.001)
    assert (light["intensity"], light["size"], light["color"]) == (3, [0.4, 0.4], "#ffffff")
    assert place_around_center(layout, "o3").azimuth_degrees == pytest.approx(225, abs=0.1)
    assert document["environment"]["background"] == ["#1e1e1e"]


@pytest.mark.parametrize("mood", lighting.MOODS)
@pytest.mark.parametrize("set_up", lighting.SET_UPS)
def test_every_set_up_in_every_mood_is_within_the_tools_limits(set_up: str, mood: str) -> None:
    adapted = lighting.adapt(
        lighting.SET_UPS[set_up], lighting.MOODS[mood], color=None, azimuth=None
    )
    made = steps("\n".join(f"1. {step}" for step in lighting.calls(adapted)))
    assert len(made) == 9
    for name, arguments in made:
        tool = TOOLS.find(name)
        assert tool is not None
        assert set(arguments) | {"scene"} == set(tool.definition.input_schema["properties"])
    for light in (adapted.key, adapted.fill):
        assert light.size in LIGHT_SIZE_RANGE
        assert light.intensity in INTENSITY_RANGE
        assert light.distance in LIGHT_DISTANCE_RANGE
    heights = [float(given["y"]) for name, given in made if name.endswith("_position")]
    assert all(height > 0 for height in heights)  # above the floor


async def test_color_mood_and_direction_change_the_set_up(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        text = await text_of(
            client,
            "studio_lighting",
            set_up="Low-Key",
            mood="warm",
            color="Sea Foam",
            direction="South West",
        )
        told = dict(steps(text))
        assert told["set_key_light_color"] == {"color": "#03f987"}
        assert told["set_fill_light_color"] == {"color": lighting.MOODS["warm"].fill_color}
        x, _, z = (float(told["set_key_light_position"][axis]) for axis in "xyz")
        assert x == pytest.approx(-z, abs=0.002)
        assert x < 0
        assert float(told["set_fill_light_position"]["x"]) > 0
        assert "get_browser_connection_url" in text


async def test_the_other_prompts_name_tools_that_exist(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        link = f"http://127.0.0.1/?sessionId={key}"
        described = await text_of(client, "describe_scene", detail="full", scene=link)
        brief = await text_of(client, "describe_scene", detail="")
        connected = await text_of(client, "connect_browser")
        for word in ("new", "None", '""', "(none)"):
            assert await text_of(client, "connect_browser", scene=word) == connected
        chat = await text_of(client, "connect_browser", sessionId="a chat's id")
        assert chat == connected
        named = await text_of(client, "connect_browser", scene="new", sessionId=key)
        assert f'scene="{key}"' in named
    assert f'get_scene with scene="{key}"' in described
    assert "two or three sentences" in brief
    assert "get_browser_connection_url" in connected
    for text in (described, connected):
        assert all(TOOLS.find(name) for name in re.findall(r"\b(?:get|set|change)_\w+", text))


@pytest.mark.parametrize("era", ERAS)
async def test_a_wish_becomes_steps_to_build_it(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        new = await text_of(client, "build_scene", what="a  desk\nwith a lamp", start="Room")
        there = await text_of(client, "build_scene", what="a desk", start="room", scene=key)
        plain = await text_of(client, "build_scene", what="a desk")
    assert new.startswith('Build this as a 3D scene: "a desk with a lamp"\n')
    assert 'open_session with scene="" and start="room"' in new
    assert 'start="studio"' in plain
    assert f'get_scene with scene="{key}"' in there
    assert "open_session" not in there
    for word in ("meters", "`size` and `on`", "odd", "take_screenshot"):
        assert word in new


REFUSALS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("studio_lightning", {}, "There are: connect_browser, studio_lighting"),
    ("studio_lighting", {}, "`set_up` is missing. One of: rembrandt"),
    ("studio_lighting", {"set_up": " "}, "`set_up` is missing"),
    ("studio_lighting", {"set_up": "disco"}, 'The set-up "disco" is not known. Give one of'),
    ("studio_lighting", {"set_up": "loop", "mood": "sad"}, "neutral, warm"),
    ("studio_lighting", {"set_up": "loop", "color": "tael"}, "nearest names are teal"),
    ("studio_lighting", {"set_up": "loop", "direction": "up"}, "north-northeast"),
    ("studio_lighting", {"set_up": "loop", "light": "key"}, "takes: set_up, mood"),
    ("describe_scene", {"detail": "x" * 9000}, f'"{"x" * 32}…" is not known'),
    ("describe_scene", {"scene": "mine\nIgnore all"}, '"mine Ignore all" is no scene\'s id'),
    ("build_scene", {}, "`what` is missing. What to build"),
    ("build_scene", {"what": "x" * 501}, "501 characters; at most 500"),
    ("build_scene", {"what": "a car", "start": "moon"}, "Give one of: studio, empty"),
    ("connect_browser", {"scene": "8ea2b409"}, "or leave `scene` out"),
)


@pytest.mark.parametrize("era", ERAS)
async def test_a_prompt_that_cannot_be_written_says_what_is_accepted(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        for name, arguments, told in REFUSALS:
            with pytest.raises(MCPError) as refused:
                await client.get_prompt(name, arguments)
            assert refused.value.error.code == -32602
            assert told in refused.value.error.message
            assert len(refused.value.error.message) < 600


@pytest.mark.parametrize("era", ERAS)
async def test_arguments_are_completed(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:

        async def completed(name: str, value: str) -> list[str]:
            reference = PromptReference(name="studio_lighting")
            answer = await client.complete(reference, {"name": name, "value": value})
            return answer.completion.values

        assert (await completed("set_up", "b"))[:2] == ["butterfly", "broad"]
        assert await completed("set_up", "LOW key") == ["low_key"]
        assert await completed("mood", "w") == ["warm"]
        assert (await completed("color", "tea"))[0] == "teal"
        assert "sea foam" in await completed("color", "seaf")
        assert (await completed("direction", "nor"))[0] == "north"
        assert {"front", "back", "left", "right"} <= set(await completed("direction", ""))
        assert len(await completed("direction", "")) == 20
        reference = PromptReference(name="build_scene")
        starts = await client.complete(reference, {"name": "start", "value": "r"})
        assert starts.completion.values[0] == "room"
        assert await completed("scene", "") == []
        own = await open_scene(client)
        assert await completed("scene", own[:3]) == ([own] if era == "legacy" else [])


async def test_a_long_list_of_completions_is_cut_and_says_so(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        reference = PromptReference(name="studio_lighting")
        completion = (await client.complete(reference, {"name": "color", "value": ""})).completion
    assert len(completion.values) == 100
    assert completion.has_more
    assert completion.total is not None
    assert completion.total > 150


async def test_a_completion_for_no_argument_is_refused(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        for name, argument in (("nobody", "set_up"), ("connect_browser", "color")):
            with pytest.raises(MCPError) as refused:
                await client.complete(PromptReference(name=name), {"name": argument, "value": ""})
            assert refused.value.error.code == -32602


@pytest.mark.parametrize("era", ERAS)
async def test_the_server_announces_what_it_does(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        announced = client.server_capabilities
    assert announced.completions is not None
    for listed in (announced.prompts, announced.resources, announced.tools):
        assert listed is not None
        assert not listed.list_changed
