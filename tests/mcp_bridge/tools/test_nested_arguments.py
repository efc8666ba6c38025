"""Arguments inside lists and objects: their schema, what is taken silently, refusals by path."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.nested_tool import COLOR, NAME, OBJECTS, SIZE
from tests.support.servers import ServerProcess
from tests.support.stores import SqliteTemplate

BOX = {"kind": "box"}
THING = "`objects[]` takes: kind, name, size, material, visible."
MATERIAL = "`objects[].material` takes: color, roughness."


@pytest.fixture(scope="module")
def server(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """One server that has the tool, for all tests of this module."""
    folder = tmp_path_factory.mktemp("nested")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings_nested"}
    process = ServerProcess(sqlite_template.copy(folder), log=folder / "log", environment=settings)
    yield process.start()
    process.stop()


def _things(*things: Any) -> dict[str, Any]:
    return {"objects": list(things)}


# what is given, what the tool takes it for
TAKEN: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (_things(BOX, {"kind": "sphere", "size": [1, 2.5, 3]}),
     [BOX, {"kind": "sphere", "size": [1, 2.5, 3]}]),
    ({"objects": json.dumps([BOX])}, [BOX]),
    (_things(json.dumps(BOX)), [BOX]),
    (_things({"kind": "box", "size": "[1, 2, 3]"}), [{"kind": "box", "size": [1, 2, 3]}]),
    (_things({"kind": "box", "material": '{"color": "teal"}'}),
     [{"kind": "box", "material": {"color": "teal"}}]),
    (_things({"kind": "box", "size": ["1", " 2.5 ", 3]}), [{"kind": "box", "size": [1, 2.5, 3]}]),
    (_things({"kind": "box", "visible": "False"}), [{"kind": "box", "visible": False}]),
    (_things({"kind": "box", "name": None, "size": None, "material": ""}), [BOX]),
    (_things({"kind": "box", "material": {"color": "red", "roughness": " "}}),
     [{"kind": "box", "material": {"color": "red"}}]),
    (_things({"kind": "box", "colour": None}), [BOX]),
    (_things({"kind": "box", "size": []}), [BOX]),
]  # fmt: skip

# what is given, the whole refusal
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"objects": "a box"}, f'`objects` cannot be "a box". Accepted: {OBJECTS}'),
    ({"objects": BOX}, f"`objects` cannot be an object. Accepted: {OBJECTS}"),
    (_things(), f"`objects` cannot be a list of 0. Accepted: 1 to 6 items. {OBJECTS}"),
    (_things(*[BOX] * 7), f"`objects` cannot be a list of 7. Accepted: 1 to 6 items. {OBJECTS}"),
    ({}, f"`objects` is missing. {OBJECTS} {NAME} takes: objects, page, scene."),
    (_things(BOX, None), f"`objects[1]` cannot be null. Accepted: an object. {THING}"),
    (_things(BOX, 3), f"`objects[1]` cannot be 3. Accepted: an object. {THING}"),
    (_things("[1"), f'`objects[0]` cannot be "[1". Accepted: an object. {THING}'),
    (_things(BOX, {}), f"`objects[1].kind` is missing. What it is. {THING}"),
    (_things({"kind": None}), "`objects[0].kind` cannot be null. Accepted: box, sphere."),
    (_things({"kind": "bax"}), '`objects[0].kind` cannot be "bax". Accepted: box, sphere.'),
    (_things(BOX, {"kind": "box", "size": [1, "wide", 3]}),
     f'`objects[1].size[1]` cannot be "wide". Accepted: {SIZE}'),
    (_things({"kind": "box", "size": [1, None, 3]}),
     f"`objects[0].size[1]` cannot be null. Accepted: {SIZE}"),
    (_things({"kind": "box", "size": [1, 2]}),
     f"`objects[0].size` cannot be a list of 2. Accepted: 3 items. {SIZE}"),
    (_things({"kind": "box", "size": "1, 2, 3"}),
     f'`objects[0].size` cannot be "1, 2, 3". Accepted: {SIZE}'),
    (_things({"kind": "box", "material": "gold"}),
     f'`objects[0].material` cannot be "gold". Accepted: an object. {MATERIAL}'),
    (_things({"kind": "box", "material": {"color": "red", "roughness": [1]}}),
     "`objects[0].material.roughness` cannot be a list. Accepted: 0 to 1."),
    (_things({"kind": "box", "size": ["a", 1, "b"]}, {"kind": 4, "size": [True, 1, 1]}),
     f'`objects[0].size[0]` cannot be "a". `objects[0].size[2]` cannot be "b". Accepted: {SIZE}'
     " `objects[1].kind` cannot be 4. Accepted: box, sphere."
     f" `objects[1].size[0]` cannot be true. Accepted: {SIZE}"),
    (_things(*[{}] * 6),
     " ".join(f"`objects[{at}].kind` is missing. What it is." for at in range(5))
     + f" {THING} 1 more like these."),
    (_things(BOX, {"kind": "box", "sizes": [1, 1, 1]}),
     f'Unknown argument "sizes" in `objects[1]`. Did you mean `size`? {THING}'),
    (_things({"kind": "box", "material": {"colour": "red"}}),
     'Unknown argument "colour" in `objects[0].material`.'
     f" Did you mean `color`? {MATERIAL}"),
    (_things({"kind": "box", "Kind": 1}, BOX, {"kind": "box", "dry_run": True}),
     'Unknown argument "Kind" in `objects[0]`. Did you mean `kind`?'
     f' Unknown argument "dry_run" in `objects[2]`. {THING}'),
    (_things({"kind": "box", "szie": 1}) | {"pages": 1},
     f'Unknown argument "pages". Did you mean `page`? {NAME} takes: objects, page, scene.'),
    (_things({"kind": "box", **{f"extra{at}": 1 for at in range(51)}}),
     f"More than 50 arguments are unknown. {THING}"),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_what_a_model_writes_is_taken_at_every_level(server: ServerProcess, era: str) -> None:
    async with client_of(server, era) as client:
        key = await open_scene(client)
        for given, things in TAKEN:
            assert (await call(client, NAME, **given, scene=key))["things"] == things, given


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_a_tool_that_reads_gets_the_arguments_as_they_were_checked(
    server: ServerProcess, era: str
) -> None:
    things = _things(BOX, BOX, BOX, {"kind": "sphere"})
    async with client_of(server, era) as client:
        key = await open_scene(client)
        for page, shown in ((1, [BOX, BOX]), ("2", [BOX, {"kind": "sphere"}]), (3, [])):
            assert (await call(client, NAME, **things, page=page, scene=key))["things"] == shown
        refused = await client.call_tool(NAME, {**things, "page": "last", "scene": key})
    assert '`page` cannot be "last".' in text_of(refused)


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_a_refusal_names_the_path_the_value_and_what_is_accepted(
    server: ServerProcess, era: str
) -> None:
    async with client_of(server, era) as client:
        key = await open_scene(client)
        for given, told in REFUSED:
            result = await client.call_tool(NAME, {**given, "scene": key})
            assert error_code(result) == "invalid_argument", given
            assert text_of(result) == told


@pytest.mark.anyio
async def test_the_same_addition_in_each_item_is_ignored_and_named_once(
    server: ServerProcess,
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        many = [{"kind": "box", "toolCallId": at} for at in range(6)]
        told = (await call(client, NAME, objects=many, scene=key))["message"]
    assert "Ignored, because this tool does not take it: `objects[].toolCallId`." in told


@pytest.mark.anyio
async def test_a_long_refusal_is_cut(server: ServerProcess) -> None:
    dry_run = "dry_run_" + "n" * 60
    thing = {dry_run: 1, "kind": "box", "material": {dry_run: 1, "color": "red"}}
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        result = await client.call_tool(NAME, {**_things(*[thing] * 6), "scene": key})
    told = text_of(result)
    assert f'Unknown argument "{dry_run[:32]}…" in `objects[0]`. {THING}' in told
    assert f'Unknown argument "{dry_run[:32]}…" in `objects[0].material`. {MATERIAL}' in told
    assert told.endswith(" 8 more like these.")


@pytest.mark.anyio
async def test_the_list_has_the_whole_schema_of_nested_arguments(server: ServerProcess) -> None:
    async with client_of(server, "auto") as client:
        [tool] = [each for each in (await client.list_tools()).tools if each.name == NAME]
    schema = tool.input_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    number = {"type": "number"}
    assert schema["properties"]["objects"] == {
        "type": "array",
        "description": OBJECTS,
        "minItems": 1,
        "maxItems": 6,
        "items": {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "enum": ["box", "sphere"], "description": "What it is."},
                "name": {"type": "string", "description": "Any text."},
                "size": {
                    "type": "array",
                    "items": number,
                    "minItems": 3,
                    "maxItems": 3,
                    "description": SIZE,
                },
                "material": {
                    "type": "object",
                    "properties": {
                        "color": {"type": "string", "description": COLOR},
                        "roughness": {**number, "description": "0 to 1."},
                    },
                    "required": ["color"],
                    "description": "Its look.",
                },
                "visible": {"type": "boolean", "description": "true or false."},
            },
            "required": ["kind"],
        },
    }
