"""The latest changes of a scene, as a page lists them, and undo up to one of them."""

import json
from uuid import uuid4

import pytest

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE
from sessions_app.revisions.recent import MAX_RECENT, MAX_RECENT_LENGTH, recent_changes
from sessions_app.revisions.stored_steps import History, HistoryStep
from sessions_app.revisions.undoing import StepRefusedError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.steering.edits import Edit, scene_edit_perform
from tests.support.operations import step_of
from tests.support.scenes import make_scene_session, steer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("H3")]

CRATES = [{"kind": "box", "name": name, "size": [1, 1, 1]} for name in ("crate", "lid")]


@pytest.fixture
def scene() -> SceneSession:
    """Two crates and three exposures: revisions 1 to 4."""
    made = make_scene_session()
    steer(made, step_of("add_objects", objects=CRATES))
    for exposure in (1.1, 1.2, 1.3):
        steer(made, step_of("set_environment", exposure=exposure))
    return made


def move(scene: SceneSession, action: str, to: int, **more: object) -> None:
    """A person's undo or redo up to a revision."""
    given = History.model_validate({"action": action, **more})
    edit = Edit(Access(scene.edit_key), ANYONE, uuid4().hex, 0, "history", {})
    scene_edit_perform(edit, HistoryStep(given, is_persons=True, to=to))


def states(scene: SceneSession) -> dict[int, str]:
    scene.refresh_from_db()
    return {each["revision"]: each["state"] for each in recent_changes(scene)}


def test_each_change_has_its_author_its_words_and_the_objects_it_is_about(
    scene: SceneSession,
) -> None:
    move(scene, "undo", 4)
    scene.refresh_from_db()
    newest, *_, first = recent_changes(scene)
    assert (newest["cause"]["by"], newest["cause"]["tool"]) == ("person", "history")
    assert newest["cause"]["summary"].startswith("Undid: ")
    assert newest["cause"]["editId"]
    row = SceneRevision.objects.get(scene_session=scene, revision=1)
    assert first["at"] == pytest.approx(row.created_at.timestamp(), abs=0.001)
    ids = [f"o{number}" for number in range(1, 20)]
    assert len([each for each in ids if each in first["objects"]]) >= 2
    assert first["cause"]["by"] == json.loads(row.cause)["by"]
    assert "callId" not in first["cause"]


def test_undo_and_redo_go_up_to_a_step_and_say_where_they_stand(scene: SceneSession) -> None:
    move(scene, "undo", 3)
    assert states(scene) == {5: "fixed", 4: "undone", 3: "undone", 2: "done", 1: "done"}
    cause = json.loads(SceneRevision.objects.get(scene_session=scene, revision=5).cause)
    assert cause["position"] == 2
    move(scene, "redo", 3)
    assert states(scene)[4] == "undone"
    assert states(scene)[3] == "done"
    for action, to in (("undo", 4), ("redo", 3), ("redo", 2)):
        with pytest.raises(StepRefusedError, match=f"Revision {to} cannot be {action}"):
            move(scene, action, to)
    for action, more in (("undo", {"steps": 2}), ("save", {"name": "before"})):
        with pytest.raises(InvalidValueError, match="`to` is for undo and redo alone"):
            move(scene, action, 2, **more)
    steer(scene, step_of("set_environment", exposure=1.4))
    assert states(scene)[4] == "fixed"  # it can be neither undone nor redone any more


def test_the_list_is_bounded_in_number_and_length(scene: SceneSession) -> None:
    for number in range(MAX_RECENT):
        steer(scene, step_of("set_environment", exposure=1.5 + number / 100))
    scene.refresh_from_db()
    rows = SceneRevision.objects.filter(scene_session=scene)
    rows.update(cause='{"tool":"t","title":"","by":"b","summary":"s"}')
    assert len(recent_changes(scene)) == MAX_RECENT
    rows.update(cause=json.dumps({"tool": "t", "title": "t", "summary": "x" * 5000, "by": "b"}))
    found = recent_changes(scene)
    assert found[0]["cause"]["summary"] == f"{'x' * 160}…"
    assert 10 < len(found) < MAX_RECENT
    assert len(json.dumps(found, separators=(",", ":"))) <= MAX_RECENT_LENGTH + len(found) + 1
