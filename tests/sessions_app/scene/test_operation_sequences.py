"""What holds for any sequence of operations."""

import copy
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene import operations as ops
from sessions_app.scene.changes.patches import Patch, apply_patch
from sessions_app.scene.document import LightName, new_document
from sessions_app.scene.operations import Step
from tests.sessions_app.scene.steps import steps
from tests.sessions_app.scene.validity import require_valid
from tests.support.operations import step_of

NEGATIVE_ZERO = re.compile(r"-0\.0(?!\d)")

sequences = st.lists(steps, min_size=1, max_size=12)


def _stored(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


@settings(deadline=None, max_examples=200)
@given(sequences)
def test_any_sequence_keeps_the_document_valid(sequence: list[Step]) -> None:
    document = new_document()
    for step in sequence:
        document = apply_patch(document, step(document).patch)
        require_valid(document)
    assert not NEGATIVE_ZERO.search(json.dumps(document, allow_nan=False))


@settings(deadline=None, max_examples=200)
@given(sequences)
def test_the_stored_log_leads_to_the_same_document_and_back(sequence: list[Step]) -> None:
    document = new_document()
    log: list[tuple[Patch, Patch]] = []
    for step in sequence:
        change = step(document)
        log.append((_stored(change.patch), _stored(change.inverse)))
        document = apply_patch(document, change.patch)
        assert change.after == document
    replayed = new_document()
    for patch, _ in log:
        replayed = apply_patch(replayed, patch)
    assert replayed == document
    for _, inverse in reversed(log):
        replayed = apply_patch(replayed, inverse)
    assert replayed == new_document()


@settings(deadline=None, max_examples=200)
@given(sequences)
def test_no_operation_touches_the_document_it_is_given(sequence: list[Step]) -> None:
    document = new_document()
    for step in sequence:
        kept = copy.deepcopy(document)
        change = step(document)
        after = apply_patch(document, change.patch)
        assert document == kept
        assert change.is_noop == (after == document)
        assert bool(change.patch) == bool(change.inverse)
        document = after


@settings(deadline=None, max_examples=200)
@given(sequences)
def test_untouched_branches_are_shared(sequence: list[Step]) -> None:
    document = new_document()
    for step in sequence:
        change = step(document)
        touched = {operation["path"].split("/")[1] for operation in change.patch}
        after = apply_patch(document, change.patch)
        assert {name for name in after if after[name] is not document[name]} == touched
        document = after


@settings(deadline=None, max_examples=300)
@given(sequences, steps)
def test_asking_twice_for_the_same_changes_nothing_more(sequence: list[Step], step: Step) -> None:
    document = new_document()
    for earlier in sequence:
        document = apply_patch(document, earlier(document).patch)
    once = step(document)
    again = step(apply_patch(document, once.patch))
    assert again.is_noop
    assert again.values == once.values


@settings(deadline=None, max_examples=300)
@given(sequences, st.sampled_from(["key", "fill"]))
def test_a_reported_position_can_always_be_written_back(
    sequence: list[Step], light: LightName
) -> None:
    document = new_document()
    for step in sequence:
        document = apply_patch(document, step(document).patch)
    x, y, z = ops.describe_document(document)["lights"][light]["position"]
    change = step_of(f"set_{light}_light_position", x=x, y=y, z=z)(document)
    assert (change.is_noop, change.adjustment) == (True, None)


_decimal = st.integers(-500_000, 500_000).map(lambda units: units / 10_000)


@settings(deadline=None, max_examples=300)
@given(_decimal, _decimal, st.integers(5_000, 500_000).map(lambda units: units / 10_000))
def test_a_position_of_four_decimals_is_reported_as_it_was_asked(
    x: float, y: float, z: float
) -> None:
    change = step_of("set_key_light_position", x=x, y=y, z=z)(new_document())
    assert change.values["position"] == [x, y, z]
