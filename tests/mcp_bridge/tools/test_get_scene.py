"""get_scene: which objects it lists, with what, and how long scenes come in pages."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import jsonschema
import pytest
from mcp.client import Client

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import parse_arguments
from mcp_bridge.tools.registry import Request, ToolReply
from mcp_bridge.tools.scene_schema import OBJECT
from mcp_bridge.tools.scenes import MAX_PAGE_LENGTH
from sessions_app.routing import Rule
from sessions_app.scene.descriptions.scene import scene_line
from sessions_app.scene.document import KINDS, Document, new_document
from sessions_app.scene.document.kinds import OBJECT_KINDS
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.sessions.finding import BrowserCounts
from sessions_app.steering.tool_calls import CallEffect
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess
from tests.support.small_scenes import box, group, scene, standing, table
from tests.support.storage import execute, rows
from tests.support.waiting import until


class Answer(NamedTuple):
    """What a model reads: the text, or the structure without it."""

    text: str
    values: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [each["name"] for each in self.values["objects"]]


def get_scene(document: Document, **arguments: Any) -> Answer:
    """What the tool answers of this document.

    Raises:
        SceneError: it is refused.
    """
    tool = TOOLS.find("get_scene")
    assert tool is not None
    follow_up = tool.follow_up
    assert follow_up is not None
    parsed = parse_arguments(tool.arguments, arguments, tool=tool.name)
    effect = CallEffect(
        scene_session_id=1,
        edit_key=uuid4(),
        revision=7,
        document=document,
        browsers=BrowserCounts(0, 0, 0),
        rule=Rule.ARGUMENT,
        created=False,
        changed_at=datetime.now(UTC),
        unconfirmed=False,
        invited=False,
        snapshot_due=False,
    )
    unused: Any = None  # it neither waits nor reports progress
    request = Request(parsed.arguments, None, progress=unused, permit=unused, public_origin="")

    async def answered() -> ToolReply:
        return await follow_up(request, effect)

    reply = asyncio.run(answered())
    return Answer(reply.summary, dict(reply.values))


def with_objects(objects: dict[str, Any], start: Any = "empty") -> Document:
    """A start with more objects, whose ids are new."""
    document = new_document(start)
    ids = {name: f"o{number}" for number, name in enumerate(objects, 100)}
    more = {}
    for name, entity in objects.items():
        parent = {"parent": ids[entity["parent"]]} if "parent" in entity else {}
        more[ids[name]] = {"name": name, **entity, **parent}
    return document | {"objects": document["objects"] | more, "next": 100 + len(more)}


ROOM = with_objects(
    scene(
        table(),
        vase=standing((0.2, 0.3, 0.2), base=0.75, tags=["fragile"]),
        shelf=standing((1.0, 2.0, 0.3), x=3),
        behind=standing((1.0, 1.0, 1.0), z=30),
    )
)
OF_TABLE = ["table", "table_top", *(f"table_leg{number}" for number in range(4))]
STANDING = ["key", "fill", "camera"]


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_a_studio_is_told_in_lines_and_in_a_structure(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="teal", scene=key)
        told = await call(client, "get_scene", scene=key)
    lines = told["message"].splitlines()
    assert lines[0] == "Revision 1: 4 objects."
    assert lines[1].startswith("model: bust 0.428 × 0.651 × 0.309 at 0, 0.326, 0, teal (#008688)")
    assert "classical bust" in told["message"]
    sky = " to ".join(new_document()["environment"]["background"])
    assert f"\nEnvironment: background {sky}; light studio" in told["message"]
    assert [each["name"] for each in told["objects"]] == ["model", "key", "fill", "camera"]
    assert told["objects"][0]["size"] == [0.428, 0.651, 0.309]
    assert told["objects"][0]["worldPosition"] == [0, 0.3255, 0]
    assert (told["total"], told["page"], told["pages"]) == (4, 1, 1)
    assert (told["camera"], told["start"]) == ("camera", "studio")
    assert told["environment"] == {
        name: value for name, value in new_document()["environment"].items() if value is not None
    }


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_targets_are_told_with_all_their_fields(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        told = await call(client, "get_scene", scene=key, targets='["key", "model"]')
    light, bust = told["objects"]
    stored = new_document()["objects"]["o2"]
    assert {name: light[name] for name in ("position", "size", "intensity", "fitted")} == {
        name: stored[name] for name in ("position", "size", "intensity", "fitted")
    }
    assert light["aim"] == "0, 0.326, 0"
    assert bust["material"] == new_document()["objects"]["o1"]["material"]
    assert json.dumps(light, ensure_ascii=False) in told["message"]


async def _refusal(client: Client, **arguments: Any) -> str:
    result = await client.call_tool("get_scene", arguments)
    assert error_code(result) == "invalid_argument"
    return text_of(result)


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_what_is_not_there_is_refused_and_recorded(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        assert 'Did you mean "model"?' in await _refusal(client, scene=key, targets=["modle"])
    query = (
        "SELECT status FROM sessions_app_toolcall JOIN sessions_app_scenesession AS scene"
        f" ON scene.id = scene_session_id WHERE edit_key = '{key.replace('-', '')}'"
        " AND tool = 'get_scene'"
    )
    await until(lambda: rows(shared_server.database_url, query) == [("error",)])


SELECTED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, [*STANDING, *OF_TABLE, "vase", "shelf", "behind"]),
    ({"depth": 1}, [*STANDING, "table", "vase", "shelf", "behind"]),
    ({"kind": "light"}, ["key", "fill"]),
    ({"kind": "Area Lights"}, ["key", "fill"]),
    ({"kind": "group"}, ["table"]),
    ({"kind": "solid", "depth": 1}, ["vase", "shelf", "behind"]),
    ({"targets": ["table"]}, ["table"]),
    ({"targets": ["table"], "depth": 2}, OF_TABLE),
    ({"targets": ["*leg*", "#fragile"]}, [*OF_TABLE[2:], "vase"]),
    ({"targets": ["o100"]}, ["table"]),
    ({"near": "vase", "within": 0.5, "kind": "solid"}, OF_TABLE[1:]),
    ({"near": "3, 1, 0", "kind": "box", "within": 1}, ["shelf"]),
    ({"near": "[3 1 0]", "depth": 1, "kind": "solid"}, ["shelf", "vase", "behind"]),
    ({"near": "table", "kind": "solid"}, ["vase", "shelf", "behind"]),
    ({"in_view": True, "kind": "solid", "depth": 1}, ["vase"]),
    ({"in_view": "true", "kind": "group"}, ["table"]),
    ({"page": 0, "within": 0, "depth": 0, "near": "", "kind": "box"}, [*OF_TABLE[1:], "vase",
     "shelf", "behind"]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "names"), SELECTED)
def test_a_call_names_what_it_wants(arguments: dict[str, Any], names: list[str]) -> None:
    answer = get_scene(ROOM, **arguments)
    if arguments.get("within") and arguments["near"] == "vase":
        assert set(answer.names) == set(names)
    else:
        assert answer.names == names
    for name in names:
        assert f"\n{name}: " in answer.text


def test_the_nearest_come_first_with_their_distance() -> None:
    answer = get_scene(ROOM, near="shelf", kind="solid", depth=1)
    assert answer.names == ["vase", "behind"]
    assert [line.rpartition(", ")[2] for line in answer.text.splitlines()[1:3]] == [
        "2.4 away",
        "29.418 away",
    ]


def test_a_group_has_the_size_of_all_in_it_and_its_parts_tell_where_they_are() -> None:
    answer = get_scene(ROOM, targets=["table", "table_top"])
    whole, top = answer.values["objects"]
    assert whole["size"] == pytest.approx([1.2, 0.75, 0.8])
    assert whole["parts"] == 5
    assert top["parent"] == "table"
    moved = with_objects(scene(table(x=2, rotation=[0, 90, 0])))
    [top] = get_scene(moved, targets=["table_leg0"]).values["objects"]
    assert top["position"] == [-0.55, 0.35, -0.35]
    assert top["worldPosition"] == [1.65, 0.35, 0.55]


def test_references_are_told_by_name() -> None:
    document = with_objects(
        scene(shelf=standing((1, 1, 1)), book=standing((0.1, 0.2, 0.1), base=1.0))
    )
    document["objects"]["o101"] |= {"contact": {"on": "o100"}}
    document["objects"]["o1"] |= {"aim": "o101"}
    book, key = get_scene(document, targets=["book", "key"]).values["objects"]
    assert book["contact"] == [{"relation": "on", "object": "shelf"}]
    assert key["aim"] == "book"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"targets": ["chair"]}, '"chair" is not in this scene'),
    ({"kind": "cars"}, "Give one of: box, sphere"),
    ({"within": 2}, "`within` needs `near`"),
    ({"near": "table", "within": -1}, "-1 for within"),
    ({"near": "nowhere"}, '"nowhere" is not in this scene'),
    ({"near": "table*"}, "matches 6 objects"),
    ({"page": 2}, "these objects fill 1 page"),
    ({"depth": -2}, "-2 for depth"),
    ({"targets": ["x"] * 101}, "0 to 100 items"),
]


@pytest.mark.parametrize(("arguments", "told"), REFUSED)
def test_a_call_that_means_nothing_is_refused(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        get_scene(ROOM, **arguments)
    assert told in refused.value.message


def test_without_a_camera_nothing_is_in_view() -> None:
    with pytest.raises(InvalidValueError, match="no active camera"):
        get_scene(ROOM | {"camera": None}, in_view=True)
    answer = get_scene(ROOM | {"camera": None})
    assert "camera" not in answer.values
    assert "Active camera: none." in answer.text


def crowd(count: int, name: str, **members: Any) -> Document:
    objects = {
        f"{name} {number}": box((1.5, 2, 1), (1.25 * number, 1, -3), **members)
        for number in range(count)
    }
    return with_objects(objects, "studio")


LONG = [
    crowd(700, "tower"),
    crowd(300, "x" * 59, rotation=[12.345, 123.456, 1.234], material={"color": "#fafad2"}),
    crowd(300, "Häuserzeile 街"),
    with_objects({"Group": group(), **{f"part {n}": box((1, 1, 1), (-9999.123, 9999.123, 9999.123),
     parent="Group", rotation=[12.345, 123.456, 1.234],
     material={"color": "#fafad2", "preset": "brushed_metal"}) for n in range(300)}}),
]  # fmt: skip


@pytest.mark.parametrize("document", LONG)
@pytest.mark.parametrize("arguments", [{}, {"targets": ["*"]}, {"near": "0, 0, 0"}])
def test_a_long_scene_comes_in_pages_none_of_which_is_too_long(
    document: Document, arguments: dict[str, Any]
) -> None:
    first = get_scene(document, **arguments)
    pages = first.values["pages"]
    assert pages > 1
    seen = []
    for number in range(1, pages + 1):
        answer = get_scene(document, **arguments, page=number)
        length = len(json.dumps({"message": answer.text, **answer.values}, ensure_ascii=False))
        assert length <= MAX_PAGE_LENGTH
        assert length > MAX_PAGE_LENGTH / 3 or number == pages
        seen += [each["id"] for each in answer.values["objects"]]
        assert ("environment" in answer.values) == (number == 1)
        headline = answer.text.splitlines()[0]
        assert (f"call get_scene with page {number + 1}" in headline) == (number < pages)
    assert sorted(seen) == sorted(document["objects"])
    with pytest.raises(InvalidValueError, match=f"fill {pages} pages"):
        get_scene(document, **arguments, page=pages + 1)


def test_an_object_of_each_kind_keeps_to_the_output_schema() -> None:
    examples: dict[str, Any] = {
        "parent": "o999",
        "aim": "o999",
        "contact": {"on": "o999"},
        "tags": ["one"],
        "points": [[1.0, 2.0, 3.0], [2.0, 2.0, 3.0]],
        "material": {name: each.default for name, each in KINDS["material"].items()},
        "arrangement": {"pattern": "grid", "count": 4, "columns": 2, "area": [1.0, 2.0]},
        "without": {"1": "o999", "2": None},
        "animation": {
            "keyframes": {
                **{name: each.default for name, each in KINDS["motion"].items()},
                "around": "o999",
                "points": [[1.0, 2.0, 3.0]],
                "frames": [{"time": 0.0, "scale": 2.0, "position": [0.0, 0.0, 0.0]}],
            }
        },
    }
    objects: dict[str, Any] = {"o999": {"name": "group", "kind": "group", "position": [0, 0, 0]}}
    for number, kind in enumerate(OBJECT_KINDS):
        members = {name: examples.get(name, each.default) for name, each in KINDS[kind].items()}
        objects[f"o{number}"] = {**members, "kind": kind, "name": f"{kind} {number}"}
    document = new_document() | {"objects": objects, "camera": None}
    answer = get_scene(document, targets=["*"])
    layout = Layout(objects)
    while True:
        for each in answer.values["objects"]:
            jsonschema.validate(each, OBJECT, jsonschema.Draft202012Validator)
            assert set(each) <= set(OBJECT["properties"])
            assert scene_line(layout, each["id"]) in answer.text
        if answer.values["page"] == answer.values["pages"]:
            return
        answer = get_scene(document, targets=["*"], page=answer.values["page"] + 1)


@pytest.mark.anyio
async def test_since_a_revision_it_lists_what_has_changed_and_by_whom(
    shared_server: ServerProcess,
) -> None:
    crates = [{"kind": "box", "name": name, "size": [1, 1, 1]} for name in ("crate", "lid")]
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "add_objects", scene=key, objects=crates)
        change = {"target": "crate", "color": "red"}
        await call(client, "update_objects", scene=key, changes=[change])
        await call(client, "remove_objects", scene=key, targets=["lid"])
        answer = await call(client, "get_scene", scene=key, since=1)
        text = answer["message"].splitlines()
        assert text[0].startswith("Revision 3: 1 of ")
        assert text[1] == "Changes since revision 1, the oldest first:"
        assert [line.split(":")[0] for line in text[2:4]] == [
            f'{revision} by "test client"' for revision in (2, 3)
        ]
        assert text[4] == 'No longer there: "lid".'
        assert text[6].startswith("crate: box 1 × 1 × 1")
        assert [each["name"] for each in answer["objects"]] == ["crate"]
        assert (answer["changes"], answer["removed"]) == (text[2:4], ["lid"])
        assert "environment" not in answer
        none = await call(client, "get_scene", scene=key, since=3)
        assert "Nothing has changed since revision 3." in none["message"]
        assert none["objects"] == []
        scenes = f"SELECT id FROM sessions_app_scenesession WHERE edit_key = '{UUID(key).hex}'"
        of_scene = f"revision = 2 AND scene_session_id = ({scenes})"
        execute(
            shared_server.database_url, f"DELETE FROM sessions_app_scenerevision WHERE {of_scene}"
        )
        gone = await call(client, "get_scene", scene=key, since=1, page=7)
        assert "What has changed since revision 1 is not kept" in gone["message"]
        assert (gone["page"], gone["total"], "environment" in gone) == (1, 4, True)
        early = await client.call_tool("get_scene", {"scene": key, "since": 4})
        assert "`since` cannot be 4: the scene is at revision 3." in text_of(early)
        assert error_code(early) == "invalid_argument"
