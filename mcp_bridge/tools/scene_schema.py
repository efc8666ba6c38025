"""Objects and the environment as `get_scene` returns them, and the schemas of that.

References are by name, as other tools take them. Every array names its items and every object its
properties, so what a document keeps under free names becomes a list, and what may be a name or a
point is text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mcp_bridge.tools.output import FLAG, INTEGER, NUMBER, TEXT, numbers, record
from sessions_app.scene.descriptions.charts import csv_of
from sessions_app.scene.descriptions.numbers import point
from sessions_app.scene.descriptions.objects import name_of
from sessions_app.scene.document import KINDS
from sessions_app.scene.document.kinds import OBJECT_KINDS, Kind
from sessions_app.scene.document.members import Member, MemberType
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.outlines import OUTLINED
from sessions_app.scene.geometry.resizing import size_of
from sessions_app.scene.operations.outlines import given_points

# A tenth of a millimeter.
_DECIMALS = 4


def _list_of(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _schema(member: Member) -> dict[str, Any]:
    return _SCHEMAS[member.type]


def _members(kind: Kind) -> dict[str, Any]:
    return {name: _schema(member) for name, member in kind.items()}


_POINT = _list_of(NUMBER)
# The names that the tool animate has for members of a motion.
_ANIMATE = {"turns": "turn", "frames": "keyframes"}
_SCHEMAS: dict[MemberType, dict[str, Any]] = {
    **dict.fromkeys(("aim", "choice", "color", "floor", "id", "rows", "text"), TEXT),
    "colors": _list_of(TEXT),
    "contact": _list_of(record(relation=TEXT, object=TEXT)),
    "flag": FLAG,
    "fog": record(color=TEXT, near=NUMBER, far=NUMBER),
    "integer": INTEGER,
    "number": NUMBER,
    "number[6]": _list_of(NUMBER),
    "number[2]": _list_of(NUMBER),  # of a light's size, which shares its name with that of solids
    "number[3]": _list_of(NUMBER),
    "frames": _list_of(
        record({"position": _POINT, "rotation": _POINT, "scale": NUMBER}, time=NUMBER)
    ),
    **dict.fromkeys(("line", "outline", "points", "profile"), _list_of(_POINT)),
    "tags": _list_of(TEXT),
    "without": _list_of(record({"object": TEXT}, copy=INTEGER)),
}
_SCHEMAS["arrangement"] = record(_members(KINDS["arrangement"]))
_SCHEMAS["material"] = record(_members(KINDS["material"]))
_SCHEMAS["animation"] = _list_of(
    record(
        {_ANIMATE.get(name, name): each for name, each in _members(KINDS["motion"]).items()},
        motion=TEXT,
    )
)

_ALL_MEMBERS = {
    name: schema for kind in OBJECT_KINDS for name, schema in _members(KINDS[kind]).items()
}
OBJECT = record(
    {**_ALL_MEMBERS, "parts": INTEGER},
    name=TEXT,
    id=TEXT,
    kind=TEXT,
    worldPosition=numbers(3),
)  # fmt: skip
ENVIRONMENT = record(
    {"fog": _SCHEMAS["fog"]},
    **{name: each for name, each in _members(KINDS["environment"]).items() if name != "fog"},
)


def brief(layout: Layout, id_: str) -> dict[str, Any]:
    """Return where an object is in the world and how large, in meters."""
    entity = layout.objects[id_]
    size = _size(layout, id_)
    return {
        "name": entity["name"],
        "id": id_,
        "kind": entity["kind"],
        "worldPosition": _rounded(layout.frame(id_).origin),
        **({"size": size} if size else {}),
    }


def full(layout: Layout, id_: str) -> dict[str, Any]:
    """Return all that is stored of an object, beside what `brief` returns and how many its parts.

    `position` is in its parent's space.
    """
    entity = layout.objects[id_]
    kind = KINDS[entity["kind"]]
    parts = len(layout.children(id_))
    stored = _stored(layout, kind, entity)
    if entity["kind"] in OUTLINED:
        stored["points"] = given_points(entity)
    return brief(layout, id_) | stored | ({"parts": parts} if parts else {})


def _stored(layout: Layout, kind: Kind, entity: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _WORDED.get(kind[name].type, _as_it_is)(layout, value)
        for name, value in entity.items()
        if name in kind and value is not None
    }


def environment(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environment; without fog it has none."""
    return {name: value for name, value in members.items() if value is not None}


def _size(layout: Layout, id_: str) -> list[float] | None:
    entity = layout.objects[id_]
    size = entity.get("size") or size_of(layout, id_) if entity["kind"] != "camera" else None
    return _rounded(size) if size else None


def _rounded(values: Any) -> list[float]:
    return [round(value, _DECIMALS) + 0.0 for value in values]


def _as_it_is(_: Layout, value: Any) -> Any:
    return value


def _aim(layout: Layout, value: Any) -> str:
    return name_of(layout, value) if isinstance(value, str) else point(value)


def _contact(layout: Layout, value: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"relation": each, "object": name_of(layout, other)} for each, other in value.items()]


def _animation(layout: Layout, value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the motions of an object in the words of the tool animate."""
    return [
        {"motion": motion}
        | {
            _ANIMATE.get(name, name): _aim(layout, each) if name == "around" else each
            for name, each in members.items()
        }
        for motion, members in value.items()
    ]


def _without(layout: Layout, value: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Return the copies that were taken out of a pattern, each with the object that it became."""
    return [
        {"copy": int(index)} | ({"object": name_of(layout, other)} if other else {})
        for index, other in value.items()
    ]


_WORDED: Mapping[MemberType, Callable[[Layout, Any], Any]] = {
    "aim": _aim,
    "animation": _animation,
    "contact": _contact,
    "id": name_of,
    "rows": lambda _, rows: csv_of(rows),
    "without": _without,
}
