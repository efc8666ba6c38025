"""What the camera does not show, and what surrounds it."""

import math

import pytest

from sessions_app.scene.checks import View
from sessions_app.scene.geometry.layout import Bounds
from tests.sessions_app.scene.checks.mending import kinds, mended, oddities
from tests.support.small_scenes import Objects, ball, chair, scene, standing, table


def front(bounds: Bounds) -> bool:
    """A camera that shows what is nearer than 5 m to the middle."""
    return min(math.hypot(*corner[::2]) for corner in bounds.corners()) < 5


VIEW = View((0, 1, 9), front)


def test_what_the_camera_does_not_show_is_said_once_and_framed() -> None:
    objects = scene(
        table(), chair(9), **{f"box{n}": standing((1, 1, 1), 8 + 2 * n, 5) for n in range(4)}
    )
    [odd] = oddities(objects, VIEW)
    assert (odd.kind, odd.sentence) == (
        "out_of_view",
        "box0, box1 and 3 more are outside the camera's view",
    )
    assert odd.fix == {"tool": "set_camera", "arguments": {}}
    assert set(odd.ids) == {"chair", "box0", "box1", "box2", "box3"}
    assert kinds(mended(objects, odd.fix), View((0, 1, 30), lambda _: True)) == []


@pytest.mark.parametrize(
    "objects",
    [
        scene(table()),
        scene(box=standing((8, 1, 1), 8)),
        scene(far=standing((1, 1, 1), 20, animation=[{"motion": "spin"}])),
        scene(sun={"kind": "directional_light", "position": [0, 50, 0]}),
        scene(far=standing((1, 1, 1), 20, visible=False)),
        scene(table(), wall=standing((0.1, 3, 9), 8), opposite=standing((0.1, 3, 9), -8)),
    ],
    ids=["in the middle", "partly", "moving", "a light", "not shown", "walls around it"],
)
def test_what_the_camera_shows_a_bit_of_or_need_not_show_is_right(objects: Objects) -> None:
    assert kinds(objects, VIEW) == []


@pytest.mark.parametrize("size", [(3, 3, 9), (0.1, 3, 2), (0.1, 0.4, 9)])
def test_at_the_side_of_a_scene_only_walls_need_not_be_shown(size: tuple[float, ...]) -> None:
    objects = scene(
        table(), chair(-2), standing_by=standing(size, 8), back=standing((9, 3, 0.1), 0, -4)
    )
    assert kinds(objects, VIEW) == ["out_of_view"]


def test_a_room_or_sky_around_the_camera_hides_nothing() -> None:
    sky = scene(table(), chair(1.5), sky=ball(200, (0, 90, 0)))
    assert kinds(sky, View((0, 1, 5), lambda _: True)) == ["buried"]
    assert set(kinds(sky)) == {"buried", "hidden", "size"}
