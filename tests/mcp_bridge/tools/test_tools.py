"""The list of tools: its order, its size, its schemas, and what each tool's results look like."""

import base64
import io
import json
import keyword
from collections.abc import Iterator
from typing import Any

import jsonschema
import mcp_types
import pytest
import zxingcpp
from PIL import Image

from mcp_bridge.tools import TOOLS
from tests.support.arguments import ARGUMENTS, STUDIO_GROUP
from tests.support.calls import ERAS, NEWEST_ERA, call, client_of, error_code, open_scene, text_of
from tests.support.models import box_model
from tests.support.sent_models import sent
from tests.support.servers import ServerProcess

ORDER = [
    "get_browser_connection_url",
    "open_session",
    "list_sessions",
    "close_session",
    "get_scene",
    "take_screenshot",
    "add_objects",
    "update_objects",
    "remove_objects",
    "set_environment",
    "set_camera",
    "import_model",
    "repeat_objects",
    "add_chart",
    "place_objects",
    "check_scene",
    "animate",
    "history",
    "export_scene",
    "change_model_color",
    "change_model_size",
    "scale_model",
    "change_background_color",
    "set_key_light_intensity",
    "set_key_light_position",
    "set_key_light_color",
    "set_key_light_size",
    "set_fill_light_intensity",
    "set_fill_light_position",
    "set_fill_light_color",
    "set_fill_light_size",
]


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def test_the_order_is_stable() -> None:
    assert [tool.name for tool in TOOLS] == [*ORDER, *STUDIO_GROUP]
    assert [tool.name for tool in TOOLS.listed()] == ORDER


def test_the_list_is_small_enough_to_stand_in_a_models_context() -> None:
    for tool in TOOLS:
        most = {"get_scene": 4400, "check_scene": 2800}.get(tool.name, 1600)
        assert len(compact(tool.definition.output_schema).encode()) <= most, tool.name
    listed = [tool.definition for tool in TOOLS.listed()]
    assert len(listed) <= 32
    words = sum(len(f"{each.name}{each.description}".encode()) for each in listed)
    assert words + sum(len(compact(each.input_schema).encode()) for each in listed) <= 29_000


@pytest.mark.parametrize("tool", list(TOOLS), ids=lambda tool: tool.name)
def test_a_definition_tells_all_that_the_specification_asks_for(tool: Any) -> None:
    definition = tool.definition
    assert definition.title
    assert definition.description.endswith(".")
    jsonschema.Draft202012Validator.check_schema(definition.input_schema)
    assert set(definition.input_schema) == {"type", "properties", "required"}
    for name, member in definition.input_schema["properties"].items():
        assert member["description"], name
        assert member["type"] in ("string", "number", "integer", "boolean", "array"), name
        known = {"type", "description", "enum", "items", "minItems", "maxItems"}
        assert set(member) <= known, name
        assert ("items" in member) == (member["type"] == "array"), name
    scene = definition.input_schema["properties"]["scene"]["description"]
    assert len(scene.encode()) <= 80
    assert "get_browser_connection_url, in every call" in scene
    assert '""' in scene
    hints = definition.annotations
    assert hints.open_world_hint is False
    assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint)


@pytest.mark.requirement("H4")
@pytest.mark.parametrize("tool", list(TOOLS), ids=lambda tool: tool.name)
def test_an_output_schema_spells_out_every_value(tool: Any) -> None:
    """Nothing is left to guess for SDKs that build types from it; pictures have no structure."""
    schema = tool.definition.output_schema
    if tool.name == "take_screenshot":
        assert schema is None
        return
    jsonschema.Draft202012Validator.check_schema(schema)
    assert next(iter(schema["properties"])) in ("message", "created")
    for part in parts(schema):
        assert part["type"] in ("object", "array", "string", "number", "integer", "boolean")
        if part["type"] == "array":
            assert part["items"]["type"]
        if part["type"] == "object":
            assert part["properties"]
            assert not any(
                map(keyword.iskeyword, part["properties"])
            )  # FastMCP's types have fields
            assert set(part["required"]) <= set(part["properties"])


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it."""
    yield schema
    inside = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    for part in inside:
        yield from parts(part)


def test_the_hints_say_who_reads_and_who_destroys() -> None:
    hints = {tool.name: tool.definition.annotations for tool in TOOLS.listed()}
    reading = {name for name, hint in hints.items() if hint and hint.read_only_hint}
    assert reading == {
        "list_sessions",
        "get_scene",
        "take_screenshot",
        "check_scene",
        "export_scene",
    }
    destructive = {name for name, hint in hints.items() if hint and hint.destructive_hint}
    assert destructive == {"close_session", "remove_objects"}
    assert [name for name, hint in hints.items() if hint and not hint.idempotent_hint] == [
        "get_browser_connection_url",
        "open_session",
        "add_objects",
        "update_objects",
        "import_model",
        "repeat_objects",
        "add_chart",
        "history",
    ]
    for tool in TOOLS:
        if tool.group:
            assert tool.definition.annotations == mcp_types.ToolAnnotations(
                read_only_hint=tool.name.startswith("get_"),
                destructive_hint=False,
                idempotent_hint=tool.name.startswith(("get_", "set_"))
                or tool.name == "dolly_camera",
                open_world_hint=False,
            ), tool.name


@pytest.mark.anyio
@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_every_result_keeps_to_its_output_schema(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        session = (await call(client, "open_session"))["sessionId"]
        imported = {"import_model": {"upload": await sent(shared_server, session, box_model())}}
        given = ARGUMENTS | imported
        checked = set()
        for tool in TOOLS:
            if tool.name in ("take_screenshot", "close_session"):  # the one needs a browser
                continue
            arguments = {"scene": session, **given.get(tool.name, {})}
            if tool.name == "open_session":
                arguments = {}
            check(tool.definition.output_schema, await call(client, tool.name, **arguments))
            checked.add(tool.name)
        closing = TOOLS.find("close_session")
        assert closing is not None
        check(closing.definition.output_schema, await call(client, closing.name, scene=session))
        assert checked | {"close_session", "take_screenshot"} == {*ORDER, *STUDIO_GROUP}


def check(schema: Any, structured: dict[str, Any]) -> None:
    """At every level, all members that the schema demands are there, and none that it lacks."""
    jsonschema.validate(structured, schema, jsonschema.Draft202012Validator)
    for part, value in zip_parts(schema, structured):
        if part["type"] == "object":
            assert set(part["required"]) <= set(value) <= set(part["properties"])


def zip_parts(schema: dict[str, Any], value: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each part of a value with its schema."""
    yield schema, value
    if schema["type"] == "array":
        for item in value:
            yield from zip_parts(schema["items"], item)
    elif schema["type"] == "object":
        for name, part in schema["properties"].items():
            if name in value:
                yield from zip_parts(part, value[name])


@pytest.mark.anyio
async def test_the_list_says_how_long_it_may_be_kept(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        listed = await client.list_tools()
    assert listed.ttl_ms is not None
    assert listed.ttl_ms > 0
    assert listed.cache_scope == "public"
    assert [tool.name for tool in listed.tools] == ORDER


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_the_server_says_who_it_is_and_how_it_is_used(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        told, instructions = client.server_info, client.instructions
    assert told is not None
    assert (told.name, told.title) == ("hello3d", "Hello3D")
    assert told.website_url == shared_server.url
    assert told.version
    [icon] = told.icons or []
    assert icon.src.startswith("data:image/svg+xml;base64,")
    assert instructions is not None
    assert len(instructions.encode()) <= 1200
    for word in (
        "scene",
        "link",
        "+x is right",
        "Colors",
        "classical bust",
        "floor is y = 0",
        "no textures",
    ):
        assert word in instructions


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_without_a_browser_a_screenshot_is_refused_with_what_to_do(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        result = await client.call_tool("take_screenshot", {"scene": key})
    assert error_code(result) == "no_browser"
    assert "get_browser_connection_url" in text_of(result)


@pytest.mark.anyio
async def test_the_qr_code_shows_the_link(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        plain = await client.call_tool("get_browser_connection_url", {})
        key = (plain.structured_content or {})["sessionId"]
        result = await client.call_tool("get_browser_connection_url", {"scene": key, "qr": True})
    assert [block.type for block in plain.content] == ["text"]
    structured = result.structured_content or {}
    assert structured["browserUrl"] == (plain.structured_content or {})["browserUrl"]
    text, image = result.content
    assert text.type == "text"
    assert "A phone cannot open it" in text.text  # the test's server is on this computer only
    assert image.type == "image"
    assert image.mime_type == "image/png"
    picture = Image.open(io.BytesIO(base64.b64decode(image.data)))
    picture.load()
    # A reader that shares nothing with the writer.
    code = zxingcpp.read_barcode(picture)
    assert code is not None
    assert code.text == structured["browserUrl"]
