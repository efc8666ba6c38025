"""Undo and redo: one line of steps, a pointer on it, and what is kept of it."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import SceneSession
from sessions_app.revisions import history as pruning
from sessions_app.revisions import snapshots
from sessions_app.revisions.documents import document_load, document_rebuild
from sessions_app.revisions.history import history_tend
from sessions_app.revisions.reads import patches_since
from sessions_app.revisions.undoing import StepRefusedError
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.steering.tool_calls import RefusedError
from tests.support.examples import examples
from tests.support.line import (
    add_box,
    ask,
    change_in,
    now,
    remove_newest,
    replayed,
    without_next,
    written,
)
from tests.support.scene_documents import model_color, object_named
from tests.support.scenes import color, make_scene_session, steer

pytestmark = pytest.mark.django_db

TEAL, GOLD, LIME = "#008688", "#ffd700", "#83f902"


@dataclass
class Model:
    """What the history should be: the documents of one line, and which of them holds."""

    line: list[Document]
    at: int = 0
    saved: dict[str, Document] = field(default_factory=dict)
    most_ids: int = 0

    @property
    def document(self) -> Document:
        return self.line[self.at]

    def change(self, document: Document) -> None:
        if without_next(document) != self.document:
            self.line[self.at + 1 :] = [without_next(document)]
            self.at += 1


Act: TypeAlias = tuple[str, Any]

acts: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("paint"), st.sampled_from([TEAL, GOLD, LIME])),
    st.tuples(st.sampled_from(["add", "add", "remove"]), st.none()),
    st.tuples(st.sampled_from(["undo", "undo", "redo"]), st.integers(1, 4)),
    st.tuples(st.sampled_from(["save", "restore"]), st.sampled_from(["dawn", "noon"])),
    st.tuples(st.just("restore"), st.just("start")),
)


def _perform(scene_session: SceneSession, model: Model, act: Act) -> None:
    """Do one thing to the scene and to the model."""
    what, given = act
    steps: dict[str, Callable[[], Any]] = {
        "paint": lambda: color(given),
        "add": add_box,
        "remove": remove_newest,
    }
    if what in steps:
        model.change(steer(scene_session, steps[what]()).document)
    elif what == "save":
        ask(scene_session, "save", name=given)
        model.saved[given] = model.document
    elif what == "restore":
        if given in model.saved:
            ask(scene_session, "restore", name=given)
            model.change(model.saved[given])
        else:
            with pytest.raises(RefusedError, match="no checkpoint"):
                ask(scene_session, "restore", name=given)
    else:
        _move(scene_session, model, what, given)


def _move(scene_session: SceneSession, model: Model, what: str, count: int) -> None:
    at = model.at - count if what == "undo" else model.at + count
    at = min(max(at, 0), len(model.line) - 1)
    if at == model.at:
        with pytest.raises(RefusedError, match=f"Nothing is left to {what}"):
            ask(scene_session, what, steps=count)
        return
    before = now(scene_session).revision
    assert ask(scene_session, what, steps=count).revision == before + 1  # one, however many steps
    model.at = at


@settings(
    deadline=None,
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(acts, max_size=14))
def test_whatever_is_done_the_scene_is_that_of_a_list_with_a_pointer(done: list[Act]) -> None:
    scene_session = make_scene_session()
    start = without_next(new_document())
    model = Model([start], saved={"start": start})
    seen = {0: new_document()}
    for act in done:
        _perform(scene_session, model, act)
        document = document_load(now(scene_session))
        assert without_next(document) == model.document
        assert document["next"] >= model.most_ids  # ids are never used again
        model.most_ids = document["next"]
        seen[now(scene_session).revision] = document
    assert replayed(now(scene_session)) == seen
    for revision, document in seen.items():  # whatever a page has, it gets the rest
        for patch in patches_since(scene_session.pk, revision) or ():
            document = apply_patch(document, json.loads(patch.patch))
        assert document == document_rebuild(now(scene_session))


def test_an_id_is_not_used_again_after_its_object_was_undone() -> None:
    scene_session = make_scene_session()
    first = steer(scene_session, add_box()).document
    ask(scene_session, "undo")
    assert "o5" not in document_load(now(scene_session))["objects"]
    second = steer(scene_session, add_box()).document
    assert ("o5" in first["objects"], "o5" in second["objects"]) == (True, False)
    assert object_named(second, "box6")
    undone = ask(scene_session, "undo").document
    assert undone == new_document() | {"next": 7}


def test_undo_brings_the_lights_back_that_followed_the_objects() -> None:
    scene_session = make_scene_session()
    large = steer(scene_session, add_box(side=6.0, at=(0.0, 3.0, -5.0))).document
    key = object_named(large, "key")
    assert key["position"] != object_named(new_document(), "key")["position"]
    back = ask(scene_session, "undo").document
    assert back["objects"] == new_document()["objects"]
    assert ask(scene_session, "redo").document == large


def test_steps_that_cancel_each_other_out_are_undone_all_the_same() -> None:
    scene_session = make_scene_session()
    for value in (TEAL, "#ffffff"):
        steer(scene_session, color(value))
    effect = ask(scene_session, "undo", steps=2)
    assert (effect.revision, change_in(effect).patch) == (3, [])
    assert [patch.patch for patch in patches_since(scene_session.pk, 2) or ()] == ["[]"]
    assert model_color(ask(scene_session, "redo").document) == TEAL
    assert model_color(ask(scene_session, "redo").document) == "#ffffff"


def test_an_undo_says_what_it_undid_and_what_is_next() -> None:
    scene_session = make_scene_session()
    for value in (TEAL, GOLD, LIME):
        steer(scene_session, color(value))
    undone = change_in(ask(scene_session, "undo", steps=2))
    assert undone.summary.splitlines()[:6] == [
        "Undid 2 steps:",
        f'3 by "AI client": The model is now lime ({LIME}).',
        f'2 by "AI client": The model is now gold ({GOLD}).',
        f'Next to undo: 1 by "AI client": The model is now teal ({TEAL}).',
        f'Next to redo: 2 by "AI client": The model is now gold ({GOLD}).',
        "model: bust 0.428 × 0.651 × 0.309 at 0, 0.326, 0, teal (#008688), on the floor",
    ]
    assert undone.words == "Undid 2 steps."
    assert [step["revision"] for step in undone.values["steps"]] == [3, 2]
    assert all(step["undone"] for step in undone.values["steps"])
    assert (undone.values["undoNext"], undone.values["redoNext"]) == (1, 2)
    redone = change_in(ask(scene_session, "redo", steps=9))
    assert "There were no more than 2 of 9." in redone.summary
    assert redone.values["undoNext"] == 3
    assert "redoNext" not in redone.values
    assert "Nothing is left to redo." in redone.summary


def test_an_undo_names_the_objects_that_are_gone() -> None:
    scene_session = make_scene_session()
    steer(scene_session, add_box())
    assert "No longer there: box5." in change_in(ask(scene_session, "undo")).summary
    lines = change_in(ask(scene_session, "redo")).summary.splitlines()
    assert [line for line in lines if line.startswith("box5: box 0.4 × 0.4 × 0.4")]
    assert not [line for line in lines if line.startswith(("key:", "fill:"))]  # they only followed


def test_the_list_shows_twenty_steps_with_who_made_them_and_what_is_undone() -> None:
    scene_session = make_scene_session()
    for number in range(25):
        steer(scene_session, color(f"#{number:06x}"))
    ask(scene_session, "undo", steps=2)
    listed = change_in(ask(scene_session, "list"))
    lines = listed.summary.splitlines()
    assert lines[0] == "Steps, the newest first:"
    assert lines[1] == '25 by "AI client": The model is now #000018. (undone)'
    assert lines[3] == '23 by "AI client": The model is now #000016.'
    assert lines[20:22] == ['6 by "AI client": The model is now #000005.', "and 5 older ones"]
    assert [step["undone"] for step in listed.values["steps"]] == [True] * 2 + [False] * 18
    assert (listed.values["undoNext"], listed.values["redoNext"]) == (23, 24)
    assert listed.is_noop


def test_the_step_that_is_expected_is_undone_and_no_other() -> None:
    scene_session = make_scene_session()
    steer(scene_session, color(TEAL))
    steer(scene_session, color(GOLD))
    with pytest.raises(RefusedError, match='not 1, but 2 by "AI client": The model is now gold'):
        ask(scene_session, "undo", expect=1)
    assert model_color(ask(scene_session, "undo", expect=2).document) == TEAL
    assert model_color(ask(scene_session, "undo", expect=1).document) == "#ffffff"
    with pytest.raises(RefusedError, match="not 2, but 1"):
        ask(scene_session, "redo", expect=2)
    assert model_color(ask(scene_session, "redo", expect=1, steps=2).document) == GOLD


def test_a_change_after_an_undo_drops_what_was_undone() -> None:
    scene_session = make_scene_session()
    for value in (TEAL, GOLD):
        steer(scene_session, color(value))
    ask(scene_session, "undo")
    steer(scene_session, color(LIME))
    with pytest.raises(RefusedError, match="Nothing is left to redo"):
        ask(scene_session, "redo")
    assert model_color(ask(scene_session, "undo").document) == TEAL
    assert model_color(ask(scene_session, "redo").document) == LIME
    listed = change_in(ask(scene_session, "list")).values["steps"]
    assert [step["revision"] for step in listed] == [4, 1]


def test_a_change_that_changes_nothing_leaves_what_was_undone() -> None:
    scene_session = make_scene_session()
    for value in (TEAL, GOLD):
        steer(scene_session, color(value))
    ask(scene_session, "undo")
    steer(scene_session, color(TEAL))
    assert model_color(ask(scene_session, "redo").document) == GOLD


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"action": "undo", "steps": 0}, "`steps` cannot be 0"),
        ({"action": "redo", "steps": -1}, "`steps` cannot be -1"),
        ({"action": "undo", "name": "dawn"}, '`name` cannot be "dawn" with undo'),
        ({"action": "save"}, "`name` is missing"),
        ({"action": "restore", "name": "  "}, "`name` is missing"),
        ({"action": "save", "name": "a\nb"}, '`name` cannot be "a b"'),
        ({"action": "save", "name": "Start"}, "that is the scene as it began"),
        ({"action": "restore", "name": "noon"}, 'no checkpoint "noon". Accepted: "dawn", start.'),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    given: dict[str, Any], words: str
) -> None:
    scene_session = make_scene_session()
    steer(scene_session, color(TEAL))
    ask(scene_session, "save", name="dawn")
    with pytest.raises(RefusedError) as refused:
        ask(scene_session, **given)
    assert words in str(refused.value)
    assert isinstance(refused.value.error, InvalidValueError)
    assert now(scene_session).revision == 1


def _paint_many(scene_session: SceneSession, numbers: range) -> None:
    for number in numbers:
        if steer(scene_session, color(f"#{number:06x}")).snapshot_due:
            history_tend(scene_session.pk)


def test_undo_and_redo_evict_no_step_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshots, "MAX_REVISIONS_BETWEEN", 10)
    monkeypatch.setattr(pruning, "MAX_HISTORY_REVISIONS", 20)
    monkeypatch.setattr(pruning, "MAX_HISTORY_STEPS", 30)
    scene_session = make_scene_session()
    _paint_many(scene_session, range(1, 26))
    for action in itertools.islice(itertools.cycle(["undo", "redo"]), 200):
        if ask(scene_session, action, steps=9).snapshot_due:
            history_tend(scene_session.pk)
    stored = now(scene_session).revisions
    assert stored.filter(is_step=True).count() == 25
    assert stored.filter(is_step=False).count() < 50
    undone = ask(scene_session, "undo", steps=30)
    assert without_next(undone.document) == without_next(new_document())
    assert "Nothing is left to undo. This is how the scene began." in change_in(undone).summary
    assert model_color(ask(scene_session, "redo", steps=30).document) == f"#{25:06x}"
    assert replayed(now(scene_session))


def test_of_more_steps_than_are_kept_the_oldest_are_not_undone_and_the_answer_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshots, "MAX_REVISIONS_BETWEEN", 10)
    monkeypatch.setattr(pruning, "MAX_HISTORY_REVISIONS", 20)
    monkeypatch.setattr(pruning, "MAX_HISTORY_STEPS", 20)
    scene_session = make_scene_session()
    _paint_many(scene_session, range(1, 101))
    floor = now(scene_session).undo_floor
    assert 60 < floor <= 80
    listed = change_in(ask(scene_session, "list"))
    said = f"What was done up to revision {floor} cannot be undone any more."
    assert said in listed.summary
    undone = ask(scene_session, "undo", steps=100)
    assert model_color(undone.document) == f"#{floor:06x}"  # as the last one before left it
    assert f"Nothing is left to undo. {said}" in change_in(undone).summary
    with pytest.raises(RefusedError, match=said):
        ask(scene_session, "undo")
    assert model_color(ask(scene_session, "redo", steps=100).document) == f"#{100:06x}"


def test_steps_are_kept_by_their_own_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MAX_REVISIONS_BETWEEN", 5)
    monkeypatch.setattr(pruning, "MAX_HISTORY_BYTES", 20_000)
    scene_session = make_scene_session()
    there = written("Written", lambda edit: edit.set((), "note", "x" * 3000))
    back = written("Taken back", lambda edit: edit.remove((), "note"))
    for step in [there, back] * 10:
        if steer(scene_session, step).snapshot_due:
            history_tend(scene_session.pk)
    kept = now(scene_session).revisions.filter(revision__gt=now(scene_session).undo_floor).count()
    assert 5 <= kept <= 10
    undone = ask(scene_session, "undo", steps=20)
    assert f"There were no more than {kept} of 20." in change_in(undone).summary


def test_the_limits_are_those_that_are_documented() -> None:
    assert (pruning.MAX_HISTORY_STEPS, pruning.MAX_HISTORY_BYTES) == (500, 4 * 1024 * 1024)


def test_a_scene_without_steps_has_nothing_to_undo_or_redo() -> None:
    scene_session = make_scene_session()
    for action in ("undo", "redo"):
        with pytest.raises(RefusedError) as refused:
            ask(scene_session, action)
        assert isinstance(refused.value.error, StepRefusedError)
    assert "There are no steps." in change_in(ask(scene_session, "list")).summary
    assert now(scene_session).revision == 0
