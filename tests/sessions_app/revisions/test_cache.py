"""Which documents a process keeps in memory, and their texts."""

import pytest

from sessions_app.models import SceneSession
from sessions_app.revisions.cache import MAX_CACHED_BYTES, CachedDocument, DocumentCache
from sessions_app.revisions.documents import document_keep, document_load, document_text
from sessions_app.scene.document import new_document
from tests.support.scene_documents import model_color
from tests.support.scenes import color, make_scene_session, steer


def _entry(size: int, revision: int = 0) -> CachedDocument:
    return CachedDocument(revision, {}, size)


def _kept(cache: DocumentCache, *scene_session_ids: int) -> list[int]:
    return [number for number in scene_session_ids if cache.get(number, 0) is not None]


def test_two_thousand_scenes_of_2_mb_never_take_more_than_the_cache_may() -> None:
    cache, size = DocumentCache(MAX_CACHED_BYTES), 2_000_000
    for number in range(2000):
        cache.put(number, _entry(size))
        assert cache.total_bytes <= MAX_CACHED_BYTES
    kept = _kept(cache, *range(2000))
    assert kept == list(range(2000 - MAX_CACHED_BYTES // size, 2000))
    assert cache.total_bytes == len(kept) * size


def test_what_was_used_last_is_kept() -> None:
    cache = DocumentCache(20)
    for number in (1, 2):
        cache.put(number, _entry(10))
    cache.get(1, 0)
    cache.put(3, _entry(10))
    assert _kept(cache, 1, 2, 3) == [1, 3]
    cache.put(4, _entry(20))
    assert _kept(cache, 1, 2, 3, 4) == [4]


def test_a_new_revision_takes_the_place_of_the_last_one() -> None:
    cache = DocumentCache(20)
    cache.put(1, _entry(10))
    cache.put(2, _entry(10))
    cache.put(1, _entry(5, revision=1))
    assert (cache.total_bytes, _kept(cache, 1, 2)) == (15, [2])
    assert cache.get(1, 1) is not None


def test_a_document_larger_than_the_cache_is_not_kept_and_drives_out_no_other() -> None:
    cache = DocumentCache(20)
    cache.put(1, _entry(10))
    cache.put(2, _entry(10))
    cache.put(2, _entry(21, revision=1))
    assert cache.get(2, 1) is None
    assert (cache.total_bytes, _kept(cache, 1, 2)) == (10, [1])


@pytest.mark.django_db
def test_the_text_of_a_scene_is_made_once_for_each_revision() -> None:
    scene_session = make_scene_session()
    steer(scene_session, color("teal"))
    current = SceneSession.objects.get(pk=scene_session.pk)
    text = document_text(current)
    assert '"color":"#008688"' in text
    assert document_text(SceneSession.objects.get(pk=scene_session.pk)) is text
    assert steer(scene_session, None).revision == 1  # a read leaves it there
    assert document_text(current) is text
    steer(scene_session, color("gold"))
    assert '"color":"#008688"' not in document_text(SceneSession.objects.get(pk=scene_session.pk))


@pytest.mark.django_db
def test_a_stale_cache_costs_a_reload_never_a_wrong_answer() -> None:
    scene_session = make_scene_session()
    steer(scene_session, color("teal"))
    wrong = new_document() | {"model": {"color": "#ff0000"}}
    document_keep(scene_session.pk, 0, wrong, size=600)
    assert model_color(steer(scene_session, None).document) == "#008688"


@pytest.mark.django_db
def test_the_size_of_a_document_is_that_of_its_text() -> None:
    scene_session = make_scene_session()
    for name in ("teal", "gold", "#123456"):
        steer(scene_session, color(name))
        current = SceneSession.objects.get(pk=scene_session.pk)
        assert current.document_bytes == len(document_text(current))
        assert model_color(document_load(current)) != "#ffffff"
