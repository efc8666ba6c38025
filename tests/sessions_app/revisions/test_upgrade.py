"""Scenes that another version of the program stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from sessions_app.errors import SceneTooNewError
from sessions_app.models import SceneRevision, SceneSession, SceneSnapshot
from sessions_app.revisions import documents
from sessions_app.revisions.cache import MAX_CACHED_BYTES, DocumentCache
from sessions_app.revisions.documents import document_load, document_rebuild, document_text
from sessions_app.revisions.history import history_tend
from sessions_app.revisions.reads import patches_since
from sessions_app.scene.changes.patches import Patch, apply_patch
from sessions_app.scene.document import SCENE_VERSION, Document, new_document, upgrade
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations import Change
from sessions_app.steering.tool_calls import RefusedError
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.scene_documents import model_color
from tests.support.scene_sockets import closed_with, join, receive
from tests.support.scenes import color, make_scene_session, steer

FIXTURES = Path(__file__).parents[2] / "fixtures"

# What is put into the cache after a commit needs one.
pytestmark = pytest.mark.django_db(transaction=True)


NEXT = SCENE_VERSION + 1


def _with_parts(document: Document) -> Document:
    """The next version, of these tests: objects are parts, and have no place of their own."""
    rest = {name: value for name, value in document.items() if name != "objects"}
    return rest | {"parts": document["objects"], "objects": {}, "camera": None}


def _paint_part(value: str) -> Any:
    """An operation of the program that has the next version."""

    def operation(document: Document) -> Change:
        old, path = _painted(document), "/parts/o1/material/color"
        patch: Patch = [{"op": "replace", "path": path, "value": value}]
        return Change(
            after=apply_patch(document, patch),
            patch=patch,
            inverse=[{"op": "replace", "path": path, "value": old}],
            values={},
            summary="Painted.",
            words="Painted.",
            touched=frozenset(),
        )

    return operation


def _painted(document: Document) -> str:
    return str(document["parts"]["o1"]["material"]["color"])


def _refuse(document: Document) -> Change:
    assert document["version"] == NEXT
    raise InvalidValueError("Not so.")


def _install_the_next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as the next version of the program does, with nothing in its memory."""
    monkeypatch.setattr(upgrade, "NEWEST_VERSION", NEXT)
    monkeypatch.setattr(upgrade, "STEPS", {SCENE_VERSION: _with_parts})
    _forget(monkeypatch)


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "cache", DocumentCache(MAX_CACHED_BYTES))


def _now(scene_session: SceneSession) -> SceneSession:
    return SceneSession.objects.get(pk=scene_session.pk)


def _stored(scene_session: SceneSession) -> dict[int, int]:
    """The version of each snapshot, by revision."""
    rows = scene_session.snapshots.order_by("revision").values_list("revision", "document")
    return {revision: json.loads(text)["version"] for revision, text in rows}


def test_steps_lead_from_one_version_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "NEWEST_VERSION", NEXT + 1)
    steps = {SCENE_VERSION: _with_parts, NEXT: lambda old: old | {"fog": None}}
    monkeypatch.setattr(upgrade, "STEPS", steps)
    old = new_document()
    new = upgrade.upgraded(old)
    assert (new["version"], new["fog"], new["objects"]) == (NEXT + 1, None, {})
    assert old == new_document()
    assert upgrade.upgraded(new) is new


@pytest.mark.parametrize("version", [0, NEXT, -1, None, "1", 1.5])
def test_a_version_to_which_no_steps_lead_is_not_known(version: object) -> None:
    assert upgrade.is_known(new_document())
    assert not upgrade.is_known(new_document() | {"version": version})


def test_an_older_scene_is_replayed_in_its_own_shape_then_upgraded_and_stored_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    for name in ("gold", "teal"):
        steer(scene_session, color(name))
    _install_the_next_version(monkeypatch)
    before = _now(scene_session)
    document = document_load(before)  # as a page does that joins
    assert document["version"] == NEXT
    assert _painted(document) == "#008688"
    assert _stored(scene_session) == {0: SCENE_VERSION, 3: NEXT}
    after = _now(scene_session)
    assert (after.revision, after.snapshot_revision, after.unsnapshotted_bytes) == (3, 3, 0)
    assert after.document_bytes == len(document_text(after))
    performed = steer(scene_session, _paint_part("#123456"))
    _forget(monkeypatch)
    assert document_rebuild(_now(scene_session)) == performed.document
    assert _painted(document_load(_now(scene_session))) == "#123456"


def test_a_stored_scene_of_version_1_is_replayed_and_becomes_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    SceneSnapshot.objects.update(document=(FIXTURES / "scene_v1.json").read_text())
    patch: Patch = [{"op": "replace", "path": "/model/color", "value": "#008688"}]
    SceneRevision.objects.create(
        scene_session=scene_session,
        revision=1,
        patch=json.dumps(patch),
        inverse="[]",
        cause="{}",
        created_at=scene_session.created_at,
    )
    SceneSession.objects.update(revision=1)
    _forget(monkeypatch)
    document = document_load(_now(scene_session))
    assert document["version"] == SCENE_VERSION
    assert model_color(document) == "#008688"
    assert _stored(scene_session) == {0: 1, 2: SCENE_VERSION}
    assert steer(scene_session, color("teal")).revision == 2  # it has that color already
    assert model_color(steer(scene_session, color("gold")).document) == "#ffd700"


def test_no_patches_lead_over_an_upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    scene_session = make_scene_session()
    for name in ("gold", "teal"):
        steer(scene_session, color(name))
    _install_the_next_version(monkeypatch)
    steer(scene_session, _paint_part("#123456"))
    found = {known: patches_since(scene_session.pk, known) for known in range(5)}
    assert [found[known] for known in (0, 1, 2)] == [None, None, None]
    assert [patch.revision for patch in found[3] or ()] == [4]
    assert found[4] == []


def test_a_change_of_an_older_scene_builds_on_the_snapshot_of_the_new_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    steer(scene_session, color("teal"))
    _install_the_next_version(monkeypatch)
    performed = steer(scene_session, _paint_part("#123456"))
    assert (performed.revision, performed.document["version"]) == (3, NEXT)
    assert _stored(scene_session) == {0: SCENE_VERSION, 2: NEXT}
    _forget(monkeypatch)
    assert document_load(_now(scene_session)) == performed.document
    assert _now(scene_session).document_bytes == len(document_text(_now(scene_session)))


def test_a_scene_at_its_snapshot_has_it_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    scene_session = make_scene_session()
    _install_the_next_version(monkeypatch)
    assert document_load(_now(scene_session))["version"] == NEXT
    assert _stored(scene_session) == {0: SCENE_VERSION, 1: NEXT}
    steer(scene_session, _paint_part("#123456"))
    history_tend(scene_session.pk)
    _forget(monkeypatch)
    assert _painted(document_load(_now(scene_session))) == "#123456"


def test_a_refused_call_that_upgraded_takes_back_that_too(monkeypatch: pytest.MonkeyPatch) -> None:
    scene_session = make_scene_session()
    steer(scene_session, color("teal"))
    _install_the_next_version(monkeypatch)
    with pytest.raises(RefusedError, match="Not so"):
        steer(scene_session, _refuse)
    assert _stored(scene_session) == {0: SCENE_VERSION}
    performed = steer(scene_session, _paint_part("#123456"))
    _forget(monkeypatch)
    assert document_load(_now(scene_session)) == performed.document


def test_a_reader_that_comes_too_late_upgrades_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene_session = make_scene_session()
    steer(scene_session, color("teal"))
    _install_the_next_version(monkeypatch)
    stale = _now(scene_session)
    SceneSession.objects.filter(pk=stale.pk).update(revision=2)  # of a call in between
    assert _painted(document_load(stale)) == "#008688"
    assert _stored(scene_session) == {0: SCENE_VERSION}


def test_a_scene_of_a_newer_version_is_refused_and_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = make_scene_session()
    text = json.dumps(new_document() | {"version": NEXT, "objects": ["a shape of tomorrow"]})
    SceneSnapshot.objects.update(document=text)
    _forget(monkeypatch)
    before = SceneSession.objects.values().get()
    with pytest.raises(SceneTooNewError):
        document_load(_now(scene_session))
    for operation in (color("teal"), None):
        with pytest.raises(RefusedError) as refused:
            steer(scene_session, operation)
        assert refused.value.error.code == "unavailable"
        assert "newer version of this server" in refused.value.error.message
    assert SceneSession.objects.values().get() == before
    assert SceneSnapshot.objects.get().document == text
    assert not SceneRevision.objects.exists()
    assert document_rebuild(_now(scene_session))["version"] == NEXT  # as staff export it


@pytest.mark.anyio
async def test_a_page_of_a_scene_of_a_newer_version_tries_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = await database.run(make_scene_session)
    text = json.dumps(new_document() | {"version": NEXT})
    await database.run(SceneSnapshot.objects.update, document=text)
    _forget(monkeypatch)
    socket = await join(scene_session)
    error = await receive(socket, "error")
    assert (error["code"], error["retryAfterSeconds"] > 0) == ("unavailable", True)
    assert "newer version of this server" in error["message"]
    assert await closed_with(socket) == 1013
    await worker.stop()
