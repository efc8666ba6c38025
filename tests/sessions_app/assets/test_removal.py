"""A model lives as long as something kept of its scene needs it, and its file as a model."""

import io
import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sessions_app.assets import removal
from sessions_app.assets.files import file_begin, file_write
from sessions_app.assets.keeping import asset_keep, asset_of_source
from sessions_app.models import Asset, AssetFile, SceneCheckpoint, SceneRevision, SceneSession
from tests.support.clocks import moved
from tests.support.lives import MINUTE
from tests.support.scenes import make_scene_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("N14")]

LATER = 20 * MINUTE
FACTS = {"min": [0, 0, 0], "max": [1, 1, 1], "triangles": 2}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(scene: SceneSession, source: str) -> Asset:
    row = file_begin("model", source, FACTS)
    file_write(row, io.BytesIO(b"glTF"))
    return asset_keep(scene.pk, row, source)


def swept(media: Path) -> tuple[list[str], int]:
    """The names of the assets that are left, and how many files."""
    while removal.unneeded_delete():
        pass
    removal.files_delete()
    names = Asset.objects.order_by("pk").values_list("name", flat=True)
    return list(names), sum(path.is_file() for path in media.rglob("*"))


def test_it_goes_with_the_last_that_needs_it(media: Path) -> None:
    scene = make_scene_session()
    sources = ["patch", "inverse", "snapshot", "checkpoint", "nothing"]
    texts = {
        source: json.dumps({"objects": {"o9": {"asset": kept(scene, source).public_id}}})
        for source in sources
    }
    step = SceneRevision(scene_session=scene, revision=1, cause="{}")
    step.patch, step.inverse = texts["patch"], texts["inverse"]
    step.save()
    snapshot = scene.snapshots.get()
    snapshot.document = texts["snapshot"]
    snapshot.save()
    point = SceneCheckpoint(scene_session=scene, name="a", revision=1, document_bytes=1, by="x")
    point.document = texts["checkpoint"]
    point.save()
    assert swept(media) == (sources, 5)  # just sent
    with moved(LATER):
        assert swept(media) == (sources[:4], 4)
        SceneCheckpoint.objects.all().delete()
    with moved(2 * LATER):
        assert swept(media) == (sources[:3], 3)
        SceneRevision.objects.all().delete()
    with moved(3 * LATER):
        assert swept(media) == (["snapshot"], 1)
        scene.delete()
        assert swept(media) == ([], 0)


def test_scenes_share_a_file_until_the_last_is_gone(media: Path) -> None:
    one, other = make_scene_session(), make_scene_session()
    first, again = kept(one, "same"), asset_of_source(other.pk, "same", "again")
    assert again is not None
    assert (first.file_id, first.public_id != again.public_id) == (again.file_id, True)
    one.delete()
    with moved(LATER):
        assert asset_of_source(other.pk, "same", "wanted once more") == again
        assert swept(media) == (["again"], 1)
    with moved(2 * LATER):
        assert swept(media) == ([], 0)


def test_what_a_killed_process_left_half_stored_is_removed(media: Path) -> None:
    row = file_begin("model", "ab12", FACTS)
    (media / row.path).parent.mkdir(parents=True)
    (media / row.path).write_bytes(b"half")
    assert asset_of_source(make_scene_session().pk, "ab12", "x") is None
    assert swept(media) == ([], 1)  # perhaps it is being stored
    with moved(LATER):
        assert swept(media) == ([], 0)
    assert not AssetFile.objects.exists()


COUNT = 3
ACTIONS = st.tuples(
    st.sampled_from(["patch", "inverse", "checkpoint", "forget", "search"]),
    st.integers(0, COUNT - 1),
)


@given(st.lists(ACTIONS, max_size=20))
@hypothesis.settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_model_is_there_exactly_as_long_as_something_names_it(
    media: Path, actions: list[tuple[str, int]]
) -> None:
    scene = make_scene_session()
    ids = [kept(scene, f"{number}").public_id for number in range(COUNT)]
    living, naming = set(range(COUNT)), list[tuple[int, Any]]()
    with moved(LATER):
        for turn, (action, number) in enumerate([*actions, ("search", 0)]):
            text = json.dumps([{"op": "add", "value": {"kind": "model", "asset": ids[number]}}])
            if action == "search":
                removal.assets_search(scene.pk)
                living = {each for each, _ in naming}
            elif action == "forget" and naming:
                naming.pop(0)[1].delete()
            elif action == "checkpoint" and number in living:
                point = SceneCheckpoint(name=f"{turn}", revision=1, document_bytes=1, by="x")
                point.scene_session, point.document = scene, text
                point.save()
                naming.append((number, point))
            elif action in ("patch", "inverse") and number in living:
                step = SceneRevision(scene_session=scene, revision=turn + 1, cause="{}")
                step.patch = step.inverse = "[]"
                setattr(step, action, text)
                step.save()
                naming.append((number, step))
            left = Asset.objects.filter(scene_session=scene).values_list("public_id", flat=True)
            assert set(left) == {ids[each] for each in living}
        removal.files_delete()
    assert sum(path.is_file() for path in media.rglob("*")) == len(living)
    scene.delete()
    with moved(LATER):
        removal.files_delete()
