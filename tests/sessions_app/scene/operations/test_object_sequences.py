"""What holds for any sequence of calls on objects."""

import copy
import json
import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document, require_entities
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.document.names import key_of
from tests.sessions_app.scene.object_steps import (
    called,
    coordinates,
    far_coordinates,
    far_lengths,
    lengths,
    sequences,
)
from tests.support.examples import examples
from tests.support.object_calls import call
from tests.support.scene_documents import all_entities

NEGATIVE_ZERO = re.compile(r"-0\.0(?!\d)")

starts = st.sampled_from(["studio", "empty", "room", "outdoor"])


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


@settings(deadline=None, max_examples=examples(150))
@example(
    "studio",
    [
        ("remove_objects", {"targets": ["key"]}),
        ("update_objects", {"changes": [{"target": "camera", "rename": "key"}]}),
        ("add_objects", {"objects": [{"kind": "box"}]}),
    ],
)
@given(starts, sequences(far_coordinates, far_lengths))
def test_any_sequence_leaves_a_valid_document_and_leads_back(
    start: Any, sequence: list[tuple[str, dict[str, Any]]]
) -> None:
    document = new_document(start)
    used: set[str] = set(document["objects"])
    for tool, arguments in sequence:
        kept = copy.deepcopy(document)
        change = called(document, tool, arguments)
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


_POINT = {"kind": "box", "name": "leg", "size": 0.0}
_TUBE = {"kind": "tube", "name": "hose", "points": [[0, 0, 0], [1, 0, 0.5], [0.5, 2, 0]]}


def _adding(*objects: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "add_objects", {"objects": list(objects)}


@settings(deadline=None, max_examples=examples(150))
@example([_adding(_POINT), ("repeat_objects", {"target": "leg", "pattern": "row", "count": 2})])
@example(
    [
        _adding({"kind": "box", "name": "table"}, _POINT),
        ("repeat_objects", {"target": "leg", "pattern": "row", "count": 1}),
    ]
)
@example([_adding({"kind": "box", "name": "table"}, _POINT, _POINT)])
@example(
    [
        _adding(
            {"kind": "cylinder"},
            {"kind": "box", "size": [0, 0.3, 40]},
            {"kind": "box", "size": [0, 0, 40]},
        )
    ]
)
@example([_adding({**_TUBE, "size": [0, 0, 0]})])
@example(
    [
        _adding(
            {"kind": "box"},
            {"kind": "directional_light", "name": "sun"},
            {"kind": "box", "parent": "sun"},
        )
    ]
)
@example(
    [
        _adding(
            {"kind": "box"},
            {"kind": "box"},
            {"kind": "directional_light", "name": "sun"},
            {"kind": "box", "parent": "sun", "size": 40},
        )
    ]
)
@example([_adding(*[{"kind": "box", "size": [0, 0.3, 0.3], "position": [0, 0.15, 0]}] * 2)])
@example(
    [
        _adding(
            {"kind": "box"},
            {"kind": "box", "name": "ghost", "on": "box", "visible": False},
            {"kind": "box", "on": "ghost"},
        )
    ]
)
@example([_adding({"kind": "box", "parent": "camera", "position": [-30, -30, -30]})])
@given(sequences(coordinates, lengths))
def test_the_fix_of_an_oddity_mends_it_when_it_is_sent_as_it_stands(
    sequence: list[tuple[str, dict[str, Any]]],
) -> None:
    document = new_document("empty")
    for tool, arguments in sequence:
        change = called(document, tool, arguments)
        document = change.after if change else document
        for odd in change.values.get("odd", ()) if change else ():
            mended = call(document, odd["fix"]["tool"], odd["fix"]["arguments"])
            left = [each["what"] for each in mended.values["odd"]]
            assert odd["what"] not in left, (odd, left)
