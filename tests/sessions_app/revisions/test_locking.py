"""Undo, redo and restore leave what is locked alone, and pass the locks themselves by."""

from typing import Any
from uuid import uuid4

import pytest

from sessions_app.models import SceneSession
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.locking import LOCK, LockStep
from sessions_app.revisions.stored_steps import HistoryStep, PersonsHistory, StoredStep
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations.locked import LockedError
from sessions_app.scene.operations.locking import LockObjects
from sessions_app.steering.edits import Edit, scene_edit_perform
from sessions_app.steering.tool_calls import RefusedError
from tests.support.line import ask, now
from tests.support.operations import step_of
from tests.support.scene_documents import object_named
from tests.support.scenes import make_scene_session, steer

pytestmark = pytest.mark.django_db(transaction=True)

BOXES = [
    {"kind": "box", "name": name, "size": [1, 1, 1], "position": [at, 0.5, 0]}
    for name, at in (("vase", 0), ("lid", 3))
]


@pytest.fixture
def scene() -> SceneSession:
    """A vase and a lid, added in revision 1; the vase is moved in 2, the lid in 3."""
    made = make_scene_session()
    steer(made, step_of("add_objects", objects=BOXES))
    move(made, "vase")
    move(made, "lid")
    return made


def move(scene: SceneSession, name: str) -> None:
    steer(scene, step_of("update_objects", changes=[{"target": name, "move_by": [0, 0, 1]}]))


def persons(scene: SceneSession, name: str, step: StoredStep) -> int:
    edit = Edit(Access(now(scene).edit_key), ANYONE, uuid4().hex, 0, name, {})
    return scene_edit_perform(edit, step).revision


def lock(scene: SceneSession, *, on: bool = True) -> int:
    return persons(scene, LOCK, LockStep(LockObjects(targets=["vase"], locked=on), "Anna"))


def refusal(scene: SceneSession, action: str, **given: Any) -> SceneError:
    before = now(scene).revision
    with pytest.raises(RefusedError) as refused:
        ask(scene, action, **given)
    assert now(scene).revision == before
    return refused.value.error


def depth(scene: SceneSession, name: str) -> float:
    return float(object_named(document_load(now(scene)), name)["position"][2])


def test_undo_and_redo_pass_a_lock_by_and_stop_at_what_is_locked(scene: SceneSession) -> None:
    assert lock(scene) == 4
    assert lock(scene) == 4  # it is so already
    ask(scene, "undo")
    assert depth(scene, "lid") == 0
    error = refusal(scene, "undo")
    assert isinstance(error, LockedError)
    assert error.message.startswith('"vase" is locked by Anna, and this would move it')
    assert "Only people unlock" in error.advice
    with pytest.raises(LockedError):  # a person's undo as well
        persons(scene, "history", HistoryStep(PersonsHistory(action="undo"), is_persons=True))
    assert lock(scene, on=False) == 6
    ask(scene, "undo")
    assert depth(scene, "vase") == 0
    lock(scene)
    assert isinstance(refusal(scene, "redo"), LockedError)
    lock(scene, on=False)
    ask(scene, "redo", steps=2)
    assert (depth(scene, "vase"), depth(scene, "lid")) == (1, 1)


def test_a_checkpoint_and_the_start_are_restored_only_if_they_have_what_is_locked(
    scene: SceneSession,
) -> None:
    ask(scene, "save", name="now")
    lock(scene)
    move(scene, "lid")
    ask(scene, "restore", name="now")
    assert (depth(scene, "vase"), depth(scene, "lid")) == (1, 1)
    assert object_named(document_load(now(scene)), "vase")["locked"] == "Anna"
    gone = refusal(scene, "restore", name="start")
    assert gone.message.startswith('"vase" is locked by Anna, and this would remove it')
    ask(scene, "save", name="locked")
    lock(scene, on=False)
    ask(scene, "restore", name="locked")
    assert "locked" not in object_named(document_load(now(scene)), "vase")
