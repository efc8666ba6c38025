"""What somebody drags at one page, as the others see it before it is an edit."""

from typing import Any

import pytest

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.sockets import previews
from sessions_app.storage import database
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, joined, scene_edit
from tests.support.scene_sockets import receive
from tests.support.scenes import make_scene_session
from tests.support.shares import page_of

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

MOVED = {"o1": {"position": [1, 0.5, 0]}}


async def say(page: Communicator, objects: Any) -> None:
    await page.send_json_to({"type": "scenePreview", "objects": objects})


async def previewed(page: Communicator) -> dict[str, Any]:
    message = await receive(page, "scenePreview")
    return dict(message["objects"])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is passed on, however soon it comes."""
    monkeypatch.setattr(previews, "AT_LEAST_SECONDS", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_a_drag_is_shown_to_the_other_pages_and_stored_nowhere(
    scene: SceneSession, page: Communicator
) -> None:
    other, (viewer, _) = await joined(scene), await page_of(scene, "viewer")
    stranger = await joined(await database.run(make_scene_session))
    turned = {"o1": {"rotation": [0, 45, 0], "size": [1, 2, 1]}}
    for objects in (MOVED, turned, {}):
        await say(page, objects)
        for looking in (other, viewer):
            assert await previewed(looking) == objects
    # Not to the one who drags, nor to anybody else: this is the next that they hear.
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 1
    assert (await answer_to(stranger, scene_edit("teal")))["revision"] == 1
    assert await database.run(SceneRevision.objects.filter(scene_session=scene.pk).count) == 1


@pytest.mark.usefixtures("at_once")
async def test_the_pages_that_drag_are_told_apart_and_one_that_leaves_takes_its_own_back(
    scene: SceneSession, page: Communicator
) -> None:
    own, third = await joined(scene), await joined(scene)
    sources = []
    for dragging in (page, own):
        await say(dragging, MOVED)
        sources.append((await receive(third, "scenePreview"))["source"])
    assert len(set(sources)) == 2
    await own.disconnect()
    assert await receive(third, "scenePreview") == {
        "type": "scenePreview",
        "source": sources[1],
        "objects": {},
    }


async def test_more_than_a_few_a_second_are_not_passed_on_but_their_end_is(
    scene: SceneSession, page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "AT_LEAST_SECONDS", 3600.0)
    other = await joined(scene)
    await say(page, MOVED)
    await say(page, {"o1": {"position": [2, 0.5, 0]}})
    await say(page, {})
    assert [await previewed(other) for _ in range(2)] == [MOVED, {}]


@pytest.mark.parametrize(
    "objects",
    [
        {"o1": {"position": [1, 2]}},
        {"o1": {"position": [1, 2, "3"]}},
        {"o1": {"position": [1, 2, 1e9]}},
        {"o1": {"color": "red"}},
        {f"o{index}": {} for index in range(201)},
        None,
    ],
    ids=["two numbers", "a text", "too far", "another member", "too many", "none"],
)
async def test_what_is_no_place_is_refused(
    scene: SceneSession, page: Communicator, objects: Any
) -> None:
    other = await joined(scene)
    await say(page, objects)
    assert (await receive(page, "error"))["code"] == "bad_message"
    assert (await answer_to(other, scene_edit("teal")))["revision"] == 1


async def test_a_viewer_shows_nothing_to_others(scene: SceneSession, page: Communicator) -> None:
    viewer, _ = await page_of(scene, "viewer")
    await say(viewer, MOVED)
    assert (await receive(viewer, "error"))["code"] == "bad_message"
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 1
