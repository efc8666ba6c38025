"""Hypothesis strategies for calls of the tools on objects."""

from typing import Any

from hypothesis import strategies as st

from sessions_app.scene.document import Document
from sessions_app.scene.document.kinds import KINDS, OBJECT_KINDS
from sessions_app.scene.errors import SceneError
from sessions_app.scene.geometry.outlines import OUTLINED
from sessions_app.scene.geometry.relations import RELATIONS
from sessions_app.scene.operations import Change
from tests.support.object_calls import call

NAMES = ["table", "leg", "Leg", "lamp", "model", "key", "camera", "it*", "o3"]
KNOWN = [*NAMES, "leg 2", "model", "fill", "floor", "o1", "o5", "l*", "#red", "nothing", "leg[2]"]

lengths = st.sampled_from([0.0, 1e-4, 0.3, 1.0, 2.5, 40.0])
coordinates = st.sampled_from([-30.0, -1.0, -0.5, 0.0, 0.25, 3.0, 9.5])
# Beyond what documents hold, and at its ends.
far_lengths = lengths | st.sampled_from([400.0, 9_000.0, 20_000.0])
far_coordinates = coordinates | st.sampled_from([-20_000.0, 9_999.0])
_angles = st.sampled_from([0.0, 30.0, 90.0, -90.0, 180.0, 725.0])


def _triple(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(numbers, min_size=3, max_size=3)


_LOOKS: dict[str, st.SearchStrategy[Any]] = {
    "color": st.sampled_from(["red", "#FFFFFF", "teal"]),
    "material": st.sampled_from(["matte", "gold", "glass", "wood"]),
    "opacity": st.floats(0, 1),
    "tags": st.lists(st.sampled_from(["red", "#blue"]), max_size=2),
    "visible": st.booleans(),
    "floating": st.booleans(),
    "intensity": st.floats(0, 2000),
    "text": st.sampled_from(["Hi", "two\nlines"]),
    "prop": st.sampled_from(["couch", "mug", "windmill"]),
    "points": st.lists(st.lists(coordinates, min_size=3, max_size=3), min_size=3, max_size=5),
    "closed": st.booleans(),
    "bevel": lengths,
}
_POINTS = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.5], [0.5, 2.0, 0.0]]
# How many numbers a point has.
_NUMBERS = {"tube": 3, "lathe": 2, "extrude": 2}


def _places(
    places: st.SearchStrategy[float], sizes: st.SearchStrategy[float]
) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "position": _triple(places),
        "rotation": _triple(_angles),
        "size": _triple(sizes) | sizes,
        "on": st.sampled_from(KNOWN),
        "facing": st.sampled_from([*KNOWN, "viewer", "left", "1, 2, 3"]),
        "parent": st.sampled_from([*KNOWN, "world"]),
        "aim": st.sampled_from(KNOWN) | _triple(places),
        "fov": st.floats(1, 100),
    }


def _relative(places: st.SearchStrategy[float]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "move_by": _triple(places),
        "rotate_by": _triple(_angles),
        "scale_by": st.sampled_from([0.5, 2, 3.7]) | _triple(st.sampled_from([0.5, 1.0, 2.0])),
        "rename": st.sampled_from(NAMES),
    }


def _some(members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    chosen = st.lists(st.sampled_from(sorted(members)), max_size=3, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({n: members[n] for n in names}))


def _item(
    required: dict[str, st.SearchStrategy[Any]], members: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, other: {**other, **one}, st.fixed_dictionaries(required),
                     _some(members))  # fmt: skip


def _of_its_kind(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what its kind does not have, which would only be refused."""
    kind = item["kind"]
    always = {"kind", "name", "parent", "position", "facing", "tags", "visible"}
    own = set(KINDS[kind]) | always
    if "rotation" in own:
        own.add("on")
    if "material" in own:
        own |= {"color", "opacity"}
    kept = {name: value for name, value in item.items() if name in own}
    if kind in OUTLINED:
        kept["points"] = [point[: _NUMBERS[kind]] for point in kept.get("points", _POINTS)]
    if kind == "prop":
        kept = {"prop": "chair"} | kept
    return {"text": "Hi", **kept} if kind == "text" else kept


_placements = _item(
    {
        "targets": st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3),
        "relation": st.sampled_from(RELATIONS),
    },
    {
        "reference": st.sampled_from(KNOWN) | _triple(coordinates),
        "reference2": st.sampled_from(KNOWN),
        "gap": st.sampled_from([0.0, 0.1, 2.0]),
        "of_object": st.booleans(),
        "axis": st.sampled_from(["x", "y", "z"]),
    },
)
_repeated = _item(
    {
        "target": st.sampled_from(NAMES),
        "pattern": st.sampled_from(["row", "grid", "circle", "scatter"]),
        "count": st.integers(1, 6),
    },
    {"gap": st.sampled_from([0.0, 0.2]), "variation": st.sampled_from([0.0, 0.4])},
)


def sequences(
    places: st.SearchStrategy[float], sizes: st.SearchStrategy[float], *, least: int = 1
) -> st.SearchStrategy[list[tuple[str, dict[str, Any]]]]:
    """Return calls of tools on objects, one after the other.

    Args:
        places: the numbers of positions.
        sizes: the numbers of sizes.
        least: how many calls there are at least.
    """
    where = _places(places, sizes)
    kinds = st.sampled_from(["box", "group", *OBJECT_KINDS])
    added = _item({"kind": kinds, "name": st.sampled_from(NAMES)}, _LOOKS | where)
    changed = _item({"target": st.sampled_from(KNOWN)}, _LOOKS | where | _relative(places))
    calls = st.one_of(
        st.lists(added.map(_of_its_kind), min_size=1, max_size=5).map(
            lambda items: ("add_objects", {"objects": items})
        ),
        st.lists(changed, min_size=1, max_size=2).map(
            lambda items: ("update_objects", {"changes": items})
        ),
        st.lists(st.sampled_from(KNOWN), min_size=1, max_size=2).map(
            lambda names: ("remove_objects", {"targets": names})
        ),
        st.lists(_placements, min_size=1, max_size=2).map(
            lambda items: ("place_objects", {"placements": items})
        ),
        _repeated.map(lambda given: ("repeat_objects", given)),
        st.just(("set_camera", {})),
    )
    return st.lists(calls, min_size=least, max_size=8)


def called(document: Document, tool: str, arguments: dict[str, Any]) -> Change | None:
    """The change of a call; None if it is refused."""
    try:
        return call(document, tool, arguments)
    except SceneError:
        return None
