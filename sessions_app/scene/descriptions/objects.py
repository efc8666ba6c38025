"""One object in one line, as tools answer it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.motions import animation_words
from sessions_app.scene.descriptions.numbers import point, rounded, sides
from sessions_app.scene.document.kinds import COMPOSED_KINDS, KINDS
from sessions_app.scene.document.locks import MEMBER as LOCKED
from sessions_app.scene.geometry.arrangements import grid_of
from sessions_app.scene.geometry.copies import arrangement_of, copies_of
from sessions_app.scene.geometry.layout import Layout, is_pattern

# What is no farther from the floor stands on it, in meters.
_ON_FLOOR = 0.005
_CONTACT_WORDS = {"on": "on", "inside": "inside", "against": "against"}


def object_line(layout: Layout, name: str) -> str:
    """Describe an object: "vase: cylinder 0.15 × 0.3 × 0.15 at 0.2, 0.9, 0, on table".

    Positions are in the world; of a group that of its base.
    """
    entity = layout.objects[name]
    return f"{entity['name']}: {', '.join(_parts(layout, name, entity))}"


def name_of(layout: Layout, id_: str) -> str:
    """Return the name of an object; of the id of none, the id."""
    return str(layout.objects.get(id_, {}).get("name", id_))


def copy_name(layout: Layout, pattern: str, number: int) -> str:
    """Return what tools call a copy of a pattern: "chair[3]"."""
    return f"{repeated_name(layout, pattern)}[{number}]"


def repeated_name(layout: Layout, pattern: str) -> str:
    """Return the name of what a pattern repeats; of several objects, the pattern's own."""
    children = layout.children(pattern)
    return name_of(layout, children[0] if len(children) == 1 else pattern)


def _parts(layout: Layout, name: str, entity: Mapping[str, Any]) -> Iterator[str]:
    kind = entity["kind"]
    yield _shape(layout, name, entity)
    yield from _turn(entity)
    yield from _surface(entity)
    if "intensity" in KINDS[kind]:
        default = KINDS[kind]["intensity"].default
        yield f"intensity {rounded(entity.get('intensity', default))}"
    if "aim" in KINDS[kind]:
        aim = entity.get("aim", KINDS[kind]["aim"].default)
        yield f"aimed at {name_of(layout, aim) if isinstance(aim, str) else point(aim)}"
    if "fov" in entity:
        yield f"field of view {rounded(entity['fov'])}°"
    yield from _support(layout, name, entity)
    yield from animation_words(layout.objects, entity)
    if entity.get("visible") is False:
        yield "hidden"
    if LOCKED in entity:
        yield f"locked by {entity[LOCKED]}"


def _shape(layout: Layout, name: str, entity: Mapping[str, Any]) -> str:
    """Describe its kind, size and place in the world."""
    kind = entity["kind"]
    place = point(layout.frame(name).origin)
    words = _words(entity)
    if "size" in entity:
        return f"{words} {sides(entity['size'])} at {place}"
    if kind not in COMPOSED_KINDS:
        return f"{words} at {place}"
    bounds = layout.own_extent(name)
    if bounds is None:
        return f"empty {kind} at {place}"
    words = _copies(layout, name, entity) if kind == "pattern" else "group "
    return f"{words}{sides(bounds.size)}, base at {place}"


def _words(entity: Mapping[str, Any]) -> str:
    """Describe its kind, and what it says or shows."""
    kind: str = entity["kind"]
    if kind == "text":
        return f'text "{entity["text"]}"'
    if kind == "prop":
        return f"{entity.get('form', '')} {entity['prop']}".strip().replace("_", " ")
    if kind == "chart":
        count = len(entity["rows"])
        rows = f"{count} row{'' if count == 1 else 's'}"
        return f"chart ({entity['chart'].replace('_', ' ')}, {rows})"
    return kind.replace("_", " ")


def _copies(layout: Layout, name: str, entity: Mapping[str, Any]) -> str:
    """Describe what a pattern repeats: "pattern of 12 × chair, circle facing in, "."""
    arrangement = arrangement_of(entity)
    words: str = arrangement.pattern
    if words == "grid":
        words = "grid {} × {}".format(*grid_of(arrangement))
    if arrangement.facing:
        words = f"{words} facing {arrangement.facing}"
    return f"pattern of {len(copies_of(entity))} × {repeated_name(layout, name)}, {words}, "


def _turn(entity: Mapping[str, Any]) -> Iterator[str]:
    pitch, yaw, roll = entity.get("rotation", (0, 0, 0))
    if pitch or roll:
        yield f"turned {rounded(pitch)}°, {rounded(yaw)}°, {rounded(roll)}°"
    elif yaw:
        yield f"turned {rounded(yaw)}°"


def _surface(entity: Mapping[str, Any]) -> Iterator[str]:
    color = entity.get("color", entity.get("material", {}).get("color"))
    if color is not None and color != "#ffffff":
        yield color_label(color)
    preset = entity.get("material", {}).get("preset")
    if preset is not None:
        yield preset.replace("_", " ")


def _support(layout: Layout, name: str, entity: Mapping[str, Any]) -> Iterator[str]:
    for relation, other in entity.get("contact", {}).items():
        if other in layout.objects:
            yield f"{_CONTACT_WORDS.get(relation, relation)} {name_of(layout, other)}"
            return
    parent = entity.get("parent")
    if parent is not None and is_pattern(layout.objects[parent]):
        yield f"drawn as the copies of {name_of(layout, parent)}"
        return
    if parent is not None:
        yield f"part of {name_of(layout, parent)}"
        return
    bounds = layout.extent(name)
    if bounds is not None and abs(bounds.low[1]) < _ON_FLOOR and bounds.size[1] > 0:
        yield "on the floor"
