"""What holds for any sequence of calls on objects."""

import copy
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document, require_entities
from sessions_app.scene.document.kinds import KINDS, OBJECT_KINDS
from sessions_app.scene.document.names import key_of
from sessions_app.scene.errors import SceneError
from sessions_app.scene.geometry.outlines import OUTLINED
from sessions_app.scene.operations import Change
from tests.support.object_calls import call
from tests.support.scene_documents import all_entities

NEGATIVE_ZERO = re.compile(r"-0\.0(?!\d)")
NAMES = ["table", "leg", "Leg", "lamp", "model", "key", "camera", "it*", "o3"]
KNOWN = [*NAMES, "leg 2", "model", "fill", "floor", "o1", "o5", "l*", "#red", "nothing"]

_lengths = st.sampled_from([0.0, 1e-4, 0.3, 1.0, 2.5, 40.0])
_coordinates = st.sampled_from([-30.0, -1.0, -0.5, 0.0, 0.25, 3.0, 9.5])
# Beyond what documents hold, and at its ends.
_far_lengths = _lengths | st.sampled_from([400.0, 9_000.0, 20_000.0])
_far_coordinates = _coordinates | st.sampled_from([-20_000.0, 9_999.0])
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
    "points": st.lists(st.lists(_coordinates, min_size=3, max_size=3), min_size=3, max_size=5),
    "closed": st.booleans(),
    "bevel": _lengths,
}
_POINTS = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.5], [0.5, 2.0, 0.0]]
# How many numbers a point has.
_NUMBERS = {"tube": 3, "lathe": 2, "extrude": 2}


def _places(
    coordinates: st.SearchStrategy[float], lengths: st.SearchStrategy[float]
) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "position": _triple(coordinates),
        "rotation": _triple(_angles),
        "size": _triple(lengths) | lengths,
        "on": st.sampled_from(KNOWN),
        "facing": st.sampled_from([*KNOWN, "viewer", "left", "1, 2, 3"]),
        "parent": st.sampled_from([*KNOWN, "world"]),
        "aim": st.sampled_from(KNOWN) | _triple(coordinates),
        "fov": st.floats(1, 100),
    }


def _relative(coordinates: st.SearchStrategy[float]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "move_by": _triple(coordinates),
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
    return {"text": "Hi", **kept} if kind == "text" else kept


def _sequences(
    coordinates: st.SearchStrategy[float], lengths: st.SearchStrategy[float]
) -> st.SearchStrategy[list[tuple[str, dict[str, Any]]]]:
    places = _places(coordinates, lengths)
    kinds = st.sampled_from(["box", "group", *OBJECT_KINDS])
    added = _item({"kind": kinds, "name": st.sampled_from(NAMES)}, _LOOKS | places)
    changed = _item({"target": st.sampled_from(KNOWN)}, _LOOKS | places | _relative(coordinates))
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
        st.just(("set_camera", {})),
    )
    return st.lists(calls, min_size=1, max_size=8)


starts = st.sampled_from(["studio", "empty", "room", "outdoor"])


def _called(document: Document, tool: str, arguments: dict[str, Any]) -> Change | None:
    """The change of a call; None if it is refused."""
    try:
        return call(document, tool, arguments)
    except SceneError:
        return None


def _require_valid(document: Document) -> None:
    require_entities(document, all_entities(document))
    names = [key_of(entity["name"]) for entity in document["objects"].values()]
    assert len(set(names)) == len(names)
    assert document["objects"][document["camera"]]["kind"] == "camera"
    for entity in document["objects"].values():
        assert set(entity) <= {*KINDS[entity["kind"]], "kind"}
        for other in entity.get("contact", {}).values():
            assert other in document["objects"]
        above = entity.get("parent")
        for _ in range(len(names)):
            above = document["objects"][above].get("parent") if above else None
        assert above is None
    assert not NEGATIVE_ZERO.search(json.dumps(document, allow_nan=False))


@settings(deadline=None, max_examples=150)
@given(starts, _sequences(_far_coordinates, _far_lengths))
def test_any_sequence_leaves_a_valid_document_and_leads_back(
    start: Any, sequence: list[tuple[str, dict[str, Any]]]
) -> None:
    document = new_document(start)
    used: set[str] = set(document["objects"])
    for tool, arguments in sequence:
        kept = copy.deepcopy(document)
        change = _called(document, tool, arguments)
        assert document == kept
        if change is None:
            continue
        _require_valid(change.after)
        assert apply_patch(document, change.patch) == change.after
        assert apply_patch(change.after, change.inverse) == document
        new = change.after["objects"].keys() - document["objects"].keys()
        assert used.isdisjoint(new)
        used |= new
        assert len(change.for_model.encode()) <= 2100
        document = change.after


@settings(deadline=None, max_examples=150)
@given(_sequences(_coordinates, _lengths))
def test_the_fix_of_an_oddity_mends_it_when_it_is_sent_as_it_stands(
    sequence: list[tuple[str, dict[str, Any]]],
) -> None:
    document = new_document("empty")
    for tool, arguments in sequence:
        change = _called(document, tool, arguments)
        document = change.after if change else document
        for odd in change.values.get("odd", ()) if change else ():
            mended = call(document, odd["fix"]["tool"], odd["fix"]["arguments"])
            left = [each["what"] for each in mended.values["odd"]]
            assert odd["what"] not in left, (odd, left)
