"""What has changed since a revision, and by whom."""

from uuid import uuid4

import pytest

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.reads import MAX_PATCHES_LENGTH
from sessions_app.revisions.since import MAX_CHANGES, ChangesSince, changes_since
from sessions_app.revisions.snapshots import snapshot_advance
from sessions_app.revisions.stored_steps import History, HistoryStep
from sessions_app.steering.edits import Edit, scene_edit_perform
from tests.support.operations import step_of
from tests.support.scenes import make_scene_session, steer

pytestmark = pytest.mark.django_db(transaction=True)

CRATES = [{"kind": "box", "name": name, "size": [1, 1, 1]} for name in ("crate", "lid")]


@pytest.fixture
def scene() -> SceneSession:
    """Two crates, added in revision 1."""
    made = make_scene_session()
    steer(made, step_of("add_objects", objects=CRATES))
    return made


def since(scene: SceneSession, revision: int) -> ChangesSince | None:
    scene.refresh_from_db()
    return changes_since(scene.pk, revision, scene.revision, document_load(scene))


def names(scene: SceneSession, changes: ChangesSince | None) -> list[str]:
    assert changes is not None
    objects = document_load(scene)["objects"]
    return sorted(objects[each]["name"] for each in changes.ids)


def test_it_names_what_was_changed_added_and_removed_with_authors(scene: SceneSession) -> None:
    steer(scene, step_of("update_objects", changes=[{"target": "crate", "color": "red"}]))
    steer(scene, step_of("add_objects", objects=[{"kind": "sphere", "name": "ball"}]))
    steer(scene, step_of("remove_objects", targets=["lid", "ball"]))
    edit = Edit(Access(scene.edit_key), ANYONE, uuid4().hex, 4, "update_objects", {})
    scene_edit_perform(edit, step_of("update_objects", changes=[{"target": "crate", "size": 2}]))
    found = since(scene, 1)
    assert names(scene, found) == ["crate"]
    assert found is not None
    assert (found.total, found.removed, found.is_around) == (4, ["lid"], False)
    lines = [change.line for change in found.latest]
    assert [line.split(":")[0] for line in lines] == [
        *(f'{revision} by "AI client"' for revision in (2, 3, 4)),
        "5 by the person",
    ]
    assert lines[3] == '5 by the person: resized "crate"'
    assert since(scene, 5) == ChangesSince(0, [], frozenset(), [], 0, is_around=False)


def test_of_many_changes_the_latest_are_listed(scene: SceneSession) -> None:
    for number in range(MAX_CHANGES + 3):
        steer(scene, step_of("set_environment", exposure=1.1 + number / 100))
    found = since(scene, 1)
    assert found is not None
    assert (found.total, len(found.latest)) == (MAX_CHANGES + 3, MAX_CHANGES)
    assert found.latest[-1].revision == MAX_CHANGES + 4
    assert (found.ids, found.is_around) == (frozenset(), True)


def test_what_is_not_kept_too_long_or_beyond_an_upgrade_is_not_told(scene: SceneSession) -> None:
    steer(scene, step_of("set_environment", exposure=1.2))
    steer(scene, step_of("set_environment", exposure=1.3))
    rows = SceneRevision.objects.filter(scene_session=scene.pk)
    rows.filter(revision=1).delete()
    assert since(scene, 0) is None
    assert since(scene, 1) is not None
    scene.refresh_from_db()
    snapshot_advance(scene, 4, document_load(scene))
    steer(scene, step_of("set_environment", exposure=1.4))
    assert since(scene, 3) is None
    assert since(scene, 4) is not None
    rows.filter(revision=5).update(inverse="x" * MAX_PATCHES_LENGTH)
    assert since(scene, 4) is None


def test_what_was_undone_counts_as_it_is_now(scene: SceneSession) -> None:
    steer(scene, step_of("remove_objects", targets=["lid"]))
    steer(scene, HistoryStep(History(action="undo")))
    found = since(scene, 1)
    assert names(scene, found) == ["lid"]
    assert found is not None
    assert (found.total, found.removed) == (2, [])
