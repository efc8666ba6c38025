"""When snapshots are taken, what they weigh, and how much history is kept."""

from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sessions_app.errors import StoreBusyError
from sessions_app.models import SceneRevision, SceneSession, SceneSnapshot
from sessions_app.revisions import history, reads, snapshots
from sessions_app.revisions.documents import document_rebuild, document_text
from sessions_app.revisions.history import history_tend
from sessions_app.revisions.reads import patches_since
from sessions_app.scene.changes.patches import InvalidPatchError, Patch
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change, Step
from sessions_app.storage import database
from sessions_app.workers.call_writer import CallWriter
from tests.support.examples import examples
from tests.support.operations import step_of
from tests.support.scene_documents import model_color
from tests.support.scenes import color, make_scene_session, steer
from tests.support.waiting import until_true

pytestmark = pytest.mark.django_db

CHANGE_BYTES = Length("patch") + Length("inverse") + Length("cause")


def _now(scene_session: SceneSession) -> SceneSession:
    return SceneSession.objects.get(pk=scene_session.pk)


def _snapshots(scene_session: SceneSession) -> list[int]:
    rows = scene_session.snapshots.order_by("revision")
    return list(rows.values_list("revision", flat=True))


def _revisions(scene_session: SceneSession) -> list[int]:
    rows = scene_session.revisions.order_by("revision")
    return list(rows.values_list("revision", flat=True))


def _steer_and_tend(scene_session: SceneSession, operation: Step) -> None:
    if steer(scene_session, operation).snapshot_due:
        history_tend(scene_session.pk)


def _write(name: str, length: int) -> Step:
    """Put a text of this length into the scene, or in place of the one there."""

    def operation(document: Document) -> Change:
        path, value = f"/{name}", name[0] * length
        patch: Patch = [{"op": "add", "path": path, "value": value}]
        inverse: Patch = [{"op": "remove", "path": path}]
        if name in document:
            patch = [{"op": "replace", "path": path, "value": value}]
            inverse = [{"op": "replace", "path": path, "value": document[name]}]
        return Change(
            values={},
            summary="Written.",
            words="Written.",
            after=document | {name: value},
            patch=patch,
            inverse=inverse,
            touched=frozenset(),
        )

    return operation


def _grow(scene_session: SceneSession, length: int) -> None:
    """Make the scene this large by two changes, which weigh more: a snapshot is due."""
    assert not steer(scene_session, _write("a", length)).snapshot_due
    assert steer(scene_session, _write("a", length + 1)).snapshot_due


colors = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda value: f"#{value:06x}")
changes = st.one_of(
    colors.map(color),
    st.floats(min_value=0.01, max_value=200).map(
        lambda size: step_of("change_model_size", size=size)
    ),
    st.tuples(*[st.floats(min_value=-120, max_value=120)] * 3)
    .filter(lambda place: any(abs(value) > 0.001 for value in place))
    .map(lambda place: step_of("set_key_light_position", **dict(zip("xyz", place, strict=True)))),
    st.floats(min_value=-400, max_value=400).map(
        lambda angle: step_of("set_model_rotation", x=0, y=angle, z=0)
    ),
)


@pytest.mark.requirement("N2")
@hypothesis_settings(
    deadline=None,
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(changes, min_size=1, max_size=20))
def test_log_and_snapshots_give_the_document_that_the_calls_made(
    monkeypatch: pytest.MonkeyPatch, steps: list[Step]
) -> None:
    monkeypatch.setattr(snapshots, "MAX_REVISIONS_BETWEEN", 5)
    scene_session = make_scene_session()
    for step in steps:
        effect = steer(scene_session, step)
        if effect.snapshot_due:
            history_tend(scene_session.pk)
        assert document_rebuild(_now(scene_session)) == effect.document
    assert len(_snapshots(scene_session)) == 1 + _now(scene_session).revision // 5


def test_a_small_scene_has_a_snapshot_now_and_then_and_its_newest_500_revisions() -> None:
    scene_session = make_scene_session()
    for number in range(1, 1101):
        _steer_and_tend(scene_session, color(f"#{number:06x}"))
    kept, bases = _revisions(scene_session), _snapshots(scene_session)
    distances = [later - base for base, later in pairwise(bases)]
    assert all(128 <= distance <= snapshots.MAX_REVISIONS_BETWEEN for distance in distances)
    assert kept == list(range(bases[0] + 1, 1101))
    assert 500 <= len(kept) < 500 + 2 * snapshots.MAX_REVISIONS_BETWEEN
    assert model_color(document_rebuild(_now(scene_session))) == "#00044c"
    assert patches_since(scene_session.pk, 3) is None
    assert patches_since(scene_session.pk, 1100) == []
    later = patches_since(scene_session.pk, 1090)
    assert later is not None
    assert [patch.revision for patch in later] == list(range(1091, 1101))


def test_snapshots_of_a_large_scene_weigh_no_more_than_its_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_HISTORY_BYTES", 100_000_000)
    scene_session = make_scene_session()
    _grow(scene_session, 300_000)
    history_tend(scene_session.pk)
    for number in range(1, 101):  # of 20 kB each, with the inverse
        _steer_and_tend(scene_session, _write("b", 10_000 + number))
    stored = SceneRevision.objects.aggregate(bytes=Sum(CHANGE_BYTES))["bytes"]
    sizes = SceneSnapshot.objects.filter(revision__gt=0).annotate(bytes=Length("document"))
    weights = list(sizes.values_list("bytes", flat=True))
    assert all(weight > 300_000 for weight in weights)
    assert 5 <= len(weights) <= 8
    assert sum(weights) <= stored
    assert _now(scene_session).document_bytes == len(document_text(_now(scene_session)))


def test_small_changes_of_a_large_scene_make_no_more_than_so_many_revisions_to_replay() -> None:
    scene_session = make_scene_session()
    _grow(scene_session, 300_000)
    history_tend(scene_session.pk)
    for number in range(1, 2 * snapshots.MAX_REVISIONS_BETWEEN + 1):
        _steer_and_tend(scene_session, color(f"#{number:06x}"))
    assert _snapshots(scene_session) == [2, 258, 514]  # revision 1 is forgotten


def test_changes_larger_than_the_ceiling_are_not_replayed_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    _grow(scene_session, 300_000)
    history_tend(scene_session.pk)
    monkeypatch.setattr(snapshots, "MAX_BYTES_BETWEEN", 100_000)
    for number in range(1, 11):
        _steer_and_tend(scene_session, _write("b", 30_000 + number))
    assert _snapshots(scene_session) == [0, 2, 5, 7, 9, 11]


def test_history_is_forgotten_by_bytes_and_what_it_takes_to_rebuild_counts_with_snapshots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_HISTORY_BYTES", 1_000_000)
    scene_session = make_scene_session()
    steer(scene_session, _write("a", 150_000))
    for number in range(1, 101):
        _steer_and_tend(scene_session, _write("b", 10_000 + number))
        bases, since_last = _snapshots(scene_session), _now(scene_session).unsnapshotted_bytes
        later = scene_session.revisions.filter(revision__gt=bases[0])
        changes_bytes = later.aggregate(bytes=Sum(CHANGE_BYTES))["bytes"]
        whole = scene_session.snapshots.aggregate(bytes=Sum(Length("document")))["bytes"]
        assert changes_bytes + whole - since_last <= 1_000_000
        steps_bytes = scene_session.revisions.aggregate(bytes=Sum(CHANGE_BYTES))["bytes"]
        assert steps_bytes - since_last <= 1_000_000
    assert len(bases) > 2
    floor = _now(scene_session).undo_floor
    assert 1 < floor < bases[0]  # steps are kept by their own weight, without the snapshots
    assert _revisions(scene_session) == list(range(floor + 1, 102))
    assert document_rebuild(_now(scene_session))["b"] == "b" * 10_100


def test_a_scene_larger_than_the_limit_keeps_what_came_after_the_snapshot_before_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_HISTORY_BYTES", 50_000)
    scene_session = make_scene_session()
    for number in range(1, 11):
        _steer_and_tend(scene_session, _write("a", 100_000 + number))
    bases = _snapshots(scene_session)
    assert len(bases) == 2
    assert _revisions(scene_session) == list(range(bases[0] + 1, 11))


def test_a_snapshot_that_nobody_took_stays_due() -> None:
    scene_session = make_scene_session()
    _grow(scene_session, 100_000)  # and the process died
    assert steer(scene_session, color("teal")).snapshot_due
    assert not steer(scene_session, None).snapshot_due
    history_tend(scene_session.pk)
    assert not steer(scene_session, color("gold")).snapshot_due
    history_tend(scene_session.pk)
    assert _snapshots(scene_session) == [0, 3]


def test_changes_made_while_a_snapshot_is_written_stay_counted() -> None:
    scene_session = make_scene_session()
    _grow(scene_session, 100_000)
    seen = _now(scene_session)
    text = document_text(seen)
    steer(scene_session, color("teal"))
    newest = SceneRevision.objects.annotate(bytes=CHANGE_BYTES).get(revision=3)
    with transaction.atomic():
        assert snapshots.snapshot_add(seen, text)
    after = _now(scene_session)
    assert (after.revision, after.snapshot_revision) == (3, 2)
    assert after.unsnapshotted_bytes == newest.bytes
    assert after.document_bytes == len(document_text(after))
    assert model_color(document_rebuild(after)) == "#008688"


def test_of_two_processes_that_take_a_snapshot_one_does() -> None:
    scene_session = make_scene_session()
    _grow(scene_session, 100_000)
    seen = _now(scene_session)
    text = document_text(seen)
    history_tend(scene_session.pk)
    steer(scene_session, color("teal"))
    before = _now(scene_session)
    with transaction.atomic():
        assert not snapshots.snapshot_add(seen, text)
    assert _snapshots(scene_session) == [0, 2]
    assert _now(scene_session).unsnapshotted_bytes == before.unsnapshotted_bytes


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_the_writer_takes_the_snapshots_that_are_due_beside_the_calls() -> None:
    scene_session = await database.run(make_scene_session)
    await database.run(_grow, scene_session, 100_000)
    assert await database.run(_snapshots, scene_session) == [0]
    writer = CallWriter()
    writer.start()
    writer.tend(scene_session.pk)

    async def is_taken() -> bool:
        return await database.run(_snapshots, scene_session) == [0, 2]

    await until_true(is_taken)
    await writer.stop()


@pytest.mark.django_db(transaction=True)  # what a change leaves in memory comes after its commit
def test_a_revision_that_is_forgotten_while_it_is_read_is_never_made_of_the_rest() -> None:
    scene_session = make_scene_session()
    for name in ("teal", "gold", "aqua"):
        steer(scene_session, color(name))
    stale = SceneSession.objects.get(pk=scene_session.pk)
    scene_session.revisions.filter(revision=2).delete()
    with pytest.raises(InvalidPatchError):
        document_rebuild(stale)
    steer(scene_session, color("red"))
    with pytest.raises(StoreBusyError):
        document_rebuild(stale)


def test_a_browser_that_lacks_much_text_is_sent_the_whole_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    for name in ("teal", "lime", "aqua"):
        steer(scene_session, color(name))
    lacking = patches_since(scene_session.pk, 1) or []
    assert [patch.revision for patch in lacking] == [2, 3]
    length = sum(len(patch.patch) + len(patch.cause) for patch in lacking)
    monkeypatch.setattr(reads, "MAX_PATCHES_LENGTH", length)
    assert patches_since(scene_session.pk, 1) == lacking
    assert patches_since(scene_session.pk, 0) is None
