"""What holds for any sequence of operations."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.patches import Patch, apply_patch
from sessions_app.scene.descriptions.lights import round_position
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations import Step
from tests.sessions_app.scene.steps import steps
from tests.sessions_app.scene.validity import require_valid
from tests.support.examples import examples
from tests.support.operations import step_of

sequences = st.lists(steps, min_size=1, max_size=12)


def staged() -> Document:
    """A studio in which the bust wears a hat, and it and the key light belong to a turned group."""
    document = new_document()
    objects = document["objects"]
    objects["o5"] = {
        "name": "stage",
        "kind": "group",
        "position": [1.5, 0.25, -2.0],
        "rotation": [0.0, 33.333333, 12.5],
    }
    objects["o6"] = {
        "name": "hat",
        "kind": "cylinder",
        "parent": "o1",
        "position": [0.0, 0.35, 0.01],
        "rotation": [0.0, 90.0, 0.0],
        "size": [0.4, 0.12, 0.3],
    }
    objects["o1"] |= {"parent": "o5"}
    objects["o2"] |= {"parent": "o5", "aim": "o1"}
    return document | {"next": 7}


starts = st.builds(new_document) | st.builds(staged)


def _stored(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


@settings(deadline=None, max_examples=examples(200))
@given(starts, sequences)
def test_any_sequence_keeps_the_document_valid(start: Document, sequence: list[Step]) -> None:
    document = start
    for step in sequence:
        document = apply_patch(document, step(document).patch)
        require_valid(document)


@settings(deadline=None, max_examples=examples(200))
@given(starts, sequences)
def test_the_stored_log_leads_to_the_same_document_and_back(
    start: Document, sequence: list[Step]
) -> None:
    document = start
    log: list[tuple[Patch, Patch]] = []
    for step in sequence:
        change = step(document)
        log.append((_stored(change.patch), _stored(change.inverse)))
        document = apply_patch(document, change.patch)
        assert change.after == document
    replayed = start
    for patch, _ in log:
        replayed = apply_patch(replayed, patch)
    assert replayed == document
    for _, inverse in reversed(log):
        replayed = apply_patch(replayed, inverse)
    assert replayed == start


@settings(deadline=None, max_examples=examples(200))
@given(starts, sequences)
def test_no_operation_touches_the_document_it_is_given(
    start: Document, sequence: list[Step]
) -> None:
    document = start
    for step in sequence:
        kept = copy.deepcopy(document)
        change = step(document)
        after = apply_patch(document, change.patch)
        assert document == kept
        assert change.is_noop == (after == document)
        assert bool(change.patch) == bool(change.inverse)
        document = after


@settings(deadline=None, max_examples=examples(200))
@given(starts, sequences)
def test_untouched_branches_are_shared(start: Document, sequence: list[Step]) -> None:
    document = start
    for step in sequence:
        change = step(document)
        touched = {operation["path"].split("/")[1] for operation in change.patch}
        after = apply_patch(document, change.patch)
        assert {name for name in after if after[name] is not document[name]} == touched
        changed = {tuple(each["path"].split("/")[1:3]) for each in change.patch}
        for name, entity in after["objects"].items():
            assert (entity is document["objects"][name]) == (("objects", name) not in changed)
        document = after


@settings(deadline=None, max_examples=examples(300))
@given(starts, sequences, steps)
def test_asking_twice_for_the_same_changes_nothing_more(
    start: Document, sequence: list[Step], step: Step
) -> None:
    document = start
    for earlier in sequence:
        document = apply_patch(document, earlier(document).patch)
    once = step(document)
    again = step(apply_patch(document, once.patch))
    assert again.is_noop
    assert again.values == once.values


@settings(deadline=None, max_examples=examples(300))
@given(starts, sequences, st.sampled_from(["key", "fill"]))
def test_a_reported_position_can_always_be_written_back(
    start: Document, sequence: list[Step], light: str
) -> None:
    document = start
    for step in sequence:
        document = apply_patch(document, step(document).patch)
    [found] = [each for each, entity in document["objects"].items() if entity["name"] == light]
    x, y, z = round_position(*Layout(document["objects"]).frame(found).origin)
    change = step_of(f"set_{light}_light_position", x=x, y=y, z=z)(document)
    assert {each["path"].rpartition("/")[2] for each in change.patch} <= {"fitted"}
    assert change.adjustment is None


_decimal = st.integers(-50_000, 50_000).map(lambda units: units / 10_000)


@settings(deadline=None, max_examples=examples(300))
@given(_decimal, _decimal, st.integers(5_000, 50_000).map(lambda units: units / 10_000))
def test_a_position_of_four_decimals_is_reported_as_it_was_asked(
    x: float, y: float, z: float
) -> None:
    change = step_of("set_key_light_position", x=x, y=y, z=z)(new_document())
    assert change.values["position"] == [x, y, z]
