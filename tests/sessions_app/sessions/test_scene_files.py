"""Files made of scenes: who may send and see them, and how many there may be."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User

from sessions_app.models import SceneFile, SceneSession
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.sessions import scene_files
from sessions_app.sessions.closing import scene_session_close
from sessions_app.sessions.scene_files import (
    MAX_FILES_OF_A_SCENE,
    PART_BYTES,
    FilesFullError,
    PartRefusedError,
    scene_file_begin,
    scene_file_complete,
    scene_file_find,
    scene_file_make,
    scene_file_part,
    scene_file_part_store,
)
from tests.support.clocks import moved
from tests.support.lives import MINUTE
from tests.support.scenes import make_scene_session

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("N14")]


def send(nonce: str, number: int, data: bytes = b"part", attempt: str = "a") -> None:
    scene_file_part_store(nonce, attempt, number, data, ANYONE)


def refusal(nonce: str, number: int, data: bytes = b"part", attempt: str = "a") -> HTTPStatus:
    with pytest.raises(PartRefusedError) as refused:
        send(nonce, number, data, attempt)
    return refused.value.status


def test_a_file_comes_back_in_the_parts_that_it_was_stored_in() -> None:
    content = bytes(range(256)) * (PART_BYTES // 128) + b"end"
    begun = scene_file_make(make_scene_session().pk, "json", content)
    file = scene_file_find(begun.download, ANYONE)
    assert file is not None
    assert (file.name, file.size, file.parts) == ("scene.json", len(content), 3)
    parts = [scene_file_part(file.pk, number) for number in range(file.parts)]
    assert b"".join(parts) == content
    assert max(map(len, parts)) == PART_BYTES
    assert scene_file_find(begun.upload, ANYONE) is None
    assert refusal(begun.upload, 0) == HTTPStatus.NOT_FOUND  # it is complete


def test_parts_come_in_order_and_another_attempt_begins_anew() -> None:
    begun = scene_file_begin(make_scene_session().pk, "glb")
    assert refusal(begun.upload, 1) == HTTPStatus.CONFLICT
    send(begun.upload, 0)
    assert refusal(begun.upload, 0 + 2) == HTTPStatus.CONFLICT
    assert refusal(begun.upload, 1, attempt="b") == HTTPStatus.CONFLICT
    send(begun.upload, 0, b"other", attempt="b")
    assert refusal(begun.upload, 1) == HTTPStatus.CONFLICT
    send(begun.upload, 1, b"more", attempt="b")
    assert scene_file_find(begun.download, ANYONE) is None
    assert not scene_file_complete(begun.pk, "a", 9, lambda *_: True)
    assert not scene_file_complete(begun.pk, "b", 8, lambda *_: True)
    assert not scene_file_complete(begun.pk, "b", 9, lambda head, _: head != b"other")
    assert scene_file_complete(begun.pk, "b", 9, lambda head, size: (head, size) == (b"other", 9))
    assert scene_file_find(begun.download, ANYONE)


def test_files_are_limited_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene_session()
    begun = scene_file_begin(scene.pk, "glb")
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert refusal(begun.upload, 0, bytes(PART_BYTES + 1)) == too_large
    monkeypatch.setattr(scene_files, "MAX_BYTES", 6)
    send(begun.upload, 0)
    assert refusal(begun.upload, 1) == too_large
    monkeypatch.setattr(scene_files, "MAX_BYTES_OF_ALL", 6)
    other = scene_file_begin(scene.pk, "glb")
    assert refusal(other.upload, 0) == HTTPStatus.INSUFFICIENT_STORAGE
    monkeypatch.setattr(scene_files, "MAX_BYTES_OF_ALL", 4)
    with pytest.raises(FilesFullError, match="try again"):
        scene_file_begin(scene.pk, "glb")
    with moved(11 * MINUTE):
        scene_file_begin(scene.pk, "glb")
    assert SceneFile.objects.count() == 1


def test_a_new_file_takes_the_place_of_the_oldest_of_its_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, other = make_scene_session(), make_scene_session()
    first = scene_file_make(scene.pk, "json", b"{}")
    elsewhere = scene_file_make(other.pk, "json", b"{}")
    later = [scene_file_make(scene.pk, "json", b"{}") for _ in range(MAX_FILES_OF_A_SCENE)]
    assert scene_file_find(first.download, ANYONE) is None
    assert all(scene_file_find(each.download, ANYONE) for each in [elsewhere, *later])
    monkeypatch.setattr(scene_files, "MAX_FILES_OF_ALL", MAX_FILES_OF_A_SCENE)
    with pytest.raises(FilesFullError):
        scene_file_begin(make_scene_session().pk, "json")


def test_a_file_is_gone_after_its_time_and_with_its_scene() -> None:
    scene = make_scene_session()
    made, begun = scene_file_make(scene.pk, "json", b"{}"), scene_file_begin(scene.pk, "glb")
    with moved(9 * MINUTE):
        assert scene_file_find(made.download, ANYONE)
    with moved(11 * MINUTE):
        assert scene_file_find(made.download, ANYONE) is None
        assert refusal(begun.upload, 0) == HTTPStatus.NOT_FOUND
    scene_session_close(scene.pk, closed_by=SceneSession.Closer.CLIENT, because="It is over.")
    assert scene_file_find(made.download, ANYONE) is None
    assert refusal(begun.upload, 0) == HTTPStatus.NOT_FOUND


@pytest.mark.requirement("X3")
def test_where_people_sign_in_only_who_may_see_the_scene_sees_its_files(
    settings: Any,
) -> None:
    settings.MCP_ENABLE_MULTI_USER = True
    scene = make_scene_session()
    owner = User.objects.create_user("owner")
    SceneSession.objects.filter(pk=scene.pk).update(owner=owner)
    made, begun = scene_file_make(scene.pk, "json", b"{}"), scene_file_begin(scene.pk, "glb")
    for stranger in (ANYONE, Principal(owner.pk + 1)):
        assert scene_file_find(made.download, stranger) is None
        with pytest.raises(PartRefusedError):
            scene_file_part_store(begun.upload, "a", 0, b"part", stranger)
    assert scene_file_find(made.download, Principal(owner.pk))
    scene_file_part_store(begun.upload, "a", 0, b"part", Principal(owner.pk))
