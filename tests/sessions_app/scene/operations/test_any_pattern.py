"""Any pattern of anything: valid, undone, and taken apart in place."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document
from sessions_app.scene.document.naming import Names
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.change import Report, change_of
from sessions_app.scene.operations.taking_out import take_out
from tests.support.examples import examples
from tests.support.repeating import ARRANGEMENTS, assert_same_pieces, done, id_of, pieces, scene

_some = settings(
    deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow]
)
_numbers = st.floats(-5, 5).map(lambda number: round(number, 3))
_places = st.tuples(_numbers, _numbers, _numbers).map(list)
_sizes = st.tuples(*[st.floats(0.1, 3).map(lambda number: round(number, 3))] * 3).map(list)
_angles = st.tuples(*[st.floats(0, 359).map(lambda number: round(number, 1))] * 3).map(list)
_turns = st.sampled_from([[0, 0, 0], [0, 90, 0], [0, 30, 0]])


@st.composite
def _repeatable(draw: st.DrawFn) -> Document:
    """A scene in which `thing` stands somewhere, in a group that is turned anyhow."""
    kinds = st.sampled_from(["box", "cylinder", "capsule"])
    objects: list[dict[str, Any]] = [
        {"kind": "group", "name": "around", "position": draw(_places), "rotation": draw(_angles)},
        {"kind": draw(kinds), "name": "thing", "size": draw(_sizes), "position": draw(_places),
         "rotation": draw(_angles), "parent": draw(st.sampled_from(["around", "world"]))},
    ]  # fmt: skip
    objects += [
        {"kind": draw(kinds), "name": f"part {index}", "size": draw(_sizes),
         "position": draw(_places), "rotation": draw(_turns), "parent": "thing"}
        for index in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return scene(*objects)


@_some
@given(_repeatable(), ARRANGEMENTS, st.data())
def test_any_pattern_is_valid_can_be_undone_and_gives_up_its_copies_in_place(
    document: Document, arrangement: dict[str, Any], data: st.DataObject
) -> None:
    change = done(document, "repeat_objects", target="thing", name="things", **arrangement)
    assert apply_patch(document, change.patch) == change.after
    assert apply_patch(change.after, change.inverse) == document
    pattern = id_of(change.after, "things")
    drawn = Layout(change.after["objects"]).drawn(pattern)
    numbers = sorted({each.copy for each in drawn.instances})
    now, taken = change.after, []
    for number in data.draw(st.lists(st.sampled_from(numbers), min_size=1, unique=True)):
        before = now

        def write(edit: Any, number: int = number) -> Report:
            layout = Layout(edit.document["objects"])
            taken.append(take_out(edit, pattern, number, layout, Names(layout.index))[0][0])
            return Report(values={}, summary="", words="")

        out = change_of(before, write, now=0.0)
        now = out.after
        assert apply_patch(before, out.patch) == now
        assert apply_patch(now, out.inverse) == before
    names = [now["objects"][each]["name"] for each in taken]
    assert_same_pieces(pieces(change.after, "things"), pieces(now, "things", *names))
