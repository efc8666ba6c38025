"""Checkpoints: saved under a name, restored as a step, limited, and left alone by pruning."""

import json

import pytest
from django.db.models import Sum

from sessions_app.models import SceneCheckpoint, SceneSession
from sessions_app.revisions import checkpoints, documents, snapshots
from sessions_app.revisions import history as pruning
from sessions_app.revisions.cache import MAX_CACHED_BYTES, DocumentCache
from sessions_app.revisions.checkpoints import CheckpointLimitError
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.history import history_tend
from sessions_app.scene.document import Document, new_document, upgrade
from sessions_app.steering.tool_calls import RefusedError
from tests.support.line import add_box, ask, change_in, now, replayed, without_next, written
from tests.support.scene_documents import model_color
from tests.support.scenes import color, make_scene_session, steer

pytestmark = pytest.mark.django_db

TEAL = "#008688"


def test_a_restore_is_a_step_that_can_be_undone() -> None:
    scene_session = make_scene_session()
    painted = steer(scene_session, color(TEAL)).document
    saved = change_in(ask(scene_session, "save", name=" dawn "))
    assert saved.is_noop
    assert saved.values["checkpoints"] == [{"name": "dawn", "revision": 1}]
    boxed = steer(scene_session, add_box()).document
    restored = ask(scene_session, "restore", name="dawn")
    assert (restored.revision, without_next(restored.document)) == (3, without_next(painted))
    assert restored.document["next"] == boxed["next"]
    assert change_in(restored).values["undoNext"] == 3
    assert "No longer there: box5." in change_in(restored).summary
    assert ask(scene_session, "undo").document == boxed
    assert without_next(ask(scene_session, "redo").document) == without_next(painted)
    again = ask(scene_session, "restore", name="dawn")
    assert not again.changed
    assert change_in(again).values["undoNext"] == 3
    assert change_in(again).summary == 'The scene already is as in "dawn".'
    assert replayed(now(scene_session))


def test_start_is_the_scene_as_it_began() -> None:
    scene_session = make_scene_session()
    steer(scene_session, color(TEAL))
    steer(scene_session, add_box())
    for name in ("start", "Start"):
        restored = ask(scene_session, "restore", name=name).document
        assert restored == new_document() | {"next": 6}
    ask(scene_session, "undo")
    assert model_color(document_load(now(scene_session))) == TEAL


def test_saving_under_a_name_that_is_taken_replaces_what_it_stood_for() -> None:
    scene_session = make_scene_session()
    ask(scene_session, "save", name="dawn")
    steer(scene_session, color(TEAL))
    saved = change_in(ask(scene_session, "save", name="dawn"))
    assert "It takes the place of the one of revision 0." in saved.summary
    steer(scene_session, color("gold"))
    assert model_color(ask(scene_session, "restore", name="dawn").document) == TEAL
    assert SceneCheckpoint.objects.count() == 1
    assert SceneCheckpoint.objects.get().by == "AI client"


def test_a_scene_has_twenty_checkpoints_and_a_taken_name_has_room_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (checkpoints.MAX_CHECKPOINTS, checkpoints.MAX_CHECKPOINT_BYTES) == (20, 8 << 20)
    monkeypatch.setattr(checkpoints, "MAX_CHECKPOINTS", 3)
    scene_session, other = make_scene_session(), make_scene_session()
    for number in range(3):
        ask(scene_session, "save", name=f"number {number}")
    with pytest.raises(RefusedError, match="This scene has 3 checkpoints") as refused:
        ask(scene_session, "save", name="one more")
    assert isinstance(refused.value.error, CheckpointLimitError)
    steer(scene_session, color(TEAL))
    ask(scene_session, "save", name="number 0")
    ask(other, "save", name="its own")
    assert scene_session.checkpoints.count() == 3


def test_the_checkpoints_of_a_scene_have_so_many_bytes_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "MAX_CHECKPOINT_BYTES", 3 << 20)
    scene_session = make_scene_session()
    steer(scene_session, written("Grown", lambda edit: edit.set((), "note", "x" * 1_300_000)))
    for name in ("dawn", "noon"):
        ask(scene_session, "save", name=name)
    refusal = "would be larger than 3 MB, the limit: the others have 2.5 MB, this one 1.2 MB"
    with pytest.raises(RefusedError, match=refusal):
        ask(scene_session, "save", name="dusk")
    ask(scene_session, "save", name="noon")
    stored = SceneCheckpoint.objects.aggregate(bytes=Sum("document_bytes"))["bytes"]
    assert 2_600_000 < stored < 2_610_000


def test_pruning_leaves_checkpoints_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MAX_REVISIONS_BETWEEN", 5)
    monkeypatch.setattr(pruning, "MAX_HISTORY_REVISIONS", 5)
    monkeypatch.setattr(pruning, "MAX_HISTORY_STEPS", 5)
    scene_session = make_scene_session()
    steer(scene_session, color(TEAL))
    ask(scene_session, "save", name="dawn")
    for number in range(30):
        if steer(scene_session, color(f"#{number:06x}")).snapshot_due:
            history_tend(scene_session.pk)
    assert now(scene_session).undo_floor > 1
    assert model_color(ask(scene_session, "restore", name="dawn").document) == TEAL


def test_checkpoints_go_with_their_session() -> None:
    scene_session, other = make_scene_session(), make_scene_session()
    for each in (scene_session, other):
        ask(each, "save", name="dawn")
    SceneSession.objects.filter(pk=scene_session.pk).delete()
    assert list(SceneCheckpoint.objects.values_list("scene_session", flat=True)) == [other.pk]


NEXT = upgrade.NEWEST_VERSION + 1


def _with_fog(document: Document) -> Document:
    """The next version, of these tests: there is always fog."""
    return document | {"environment": document["environment"] | {"fog": {"color": "#ffffff"}}}


@pytest.mark.django_db(transaction=True)  # what is put into the cache after a commit needs one
def test_an_upgrade_is_a_barrier_for_undo_but_checkpoints_are_upgraded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    steer(scene_session, color(TEAL))
    ask(scene_session, "save", name="dawn")
    steer(scene_session, color("gold"))
    ask(scene_session, "undo")
    monkeypatch.setattr(upgrade, "NEWEST_VERSION", NEXT)
    monkeypatch.setattr(upgrade, "STEPS", {NEXT - 1: _with_fog})
    monkeypatch.setattr(documents, "cache", DocumentCache(MAX_CACHED_BYTES))
    with pytest.raises(RefusedError, match="What was done up to revision 4 cannot be undone"):
        ask(scene_session, "undo")
    with pytest.raises(RefusedError, match="Nothing is left to redo"):
        ask(scene_session, "redo")
    lime = steer(scene_session, color("lime")).document
    assert model_color(ask(scene_session, "undo", steps=5).document) == TEAL
    restored = ask(scene_session, "restore", name="dawn")
    assert not restored.changed  # upgraded, it is what the scene has become
    assert ask(scene_session, "redo").document == lime
    assert ask(scene_session, "restore", name="dawn").document["environment"]["fog"]
    assert json.loads(SceneCheckpoint.objects.get().document)["version"] == NEXT - 1
