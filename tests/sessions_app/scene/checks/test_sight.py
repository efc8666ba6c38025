"""What others hide from the camera: found where it is sure, mended, and else not said."""

from typing import Any

import pytest

from sessions_app.scene.checks import Surroundings, View, find, worst
from sessions_app.scene.checks.sight import sight_of
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import shows, view_of
from tests.sessions_app.scene.checks.mending import mended
from tests.support.odd_scenes import HIDDEN, WALL
from tests.support.small_scenes import Objects, ball, box, group, scene, solid, standing, table


def camera_at(position: Vector) -> View:
    camera = view_of(position, (0, 0.5, 0), 40, 1.4)
    return View(camera.frame.origin, lambda bounds: shows(camera, bounds), camera)


FRONT = camera_at((0, 1, 6))


def found(objects: Objects, view: View = FRONT) -> list[tuple[str, str, dict[str, Any]]]:
    around = Surroundings(Layout(objects))
    odd = worst(around, find(around, view), 100, view=view)
    return [(each.kind, each.sentence, each.fix) for each in odd]


def kinds(objects: Objects, view: View = FRONT) -> list[str]:
    return [kind for kind, _, _ in found(objects, view)]


@pytest.mark.parametrize("name", HIDDEN)
def test_what_others_hide_is_said_and_can_be_seen_after_the_fix(name: str) -> None:
    objects, sentence = HIDDEN[name]
    [(kind, words, fix)] = [each for each in found(objects) if each[0] == "behind"]
    assert (kind, words) == ("behind", f"{sentence} for the camera")
    assert fix["tool"] == "set_camera"
    assert list(fix["arguments"]) == ["view"]


def test_what_is_shut_in_is_seen_through_what_hides_it() -> None:
    walls = {
        "front": box((2, 2, 0.1), (0, 1, 1)),
        "back": box((2, 2, 0.1), (0, 1, -1)),
        "left": box((0.1, 2, 2), (-1, 1, 0)),
        "right": box((0.1, 2, 2), (1, 1, 0)),
        "roof": box((2.2, 0.1, 2.2), (0, 2, 0)),
    }
    objects = scene(**walls, cat=ball(0.4, (0, 0.2, 0)))
    [(_, words, fix)] = [each for each in found(objects) if each[0] == "behind"]
    assert words == "back and cat are hidden behind front for the camera"
    assert fix["arguments"] == {"changes": [{"target": "front", "opacity": 0.3}]}
    after = {name: dict(entity) for name, entity in objects.items()}
    after["front"]["material"] = {"opacity": 0.3}
    assert "behind" not in kinds(after)
    assert set(mended(objects, fix)) == set(objects)


NEAR_MISSES: dict[str, Objects] = {
    "a ball beside a wall": scene(WALL, ball=ball(0.5, (2.2, 0.25, 0))),
    "a ball that looks out over a wall": scene(WALL, ball=ball(0.5, (0, 2.8, 0), floating=True)),
    "a ball before a wall": scene(WALL, ball=ball(0.5, (0, 0.25, 2))),
    "a ball behind glass": scene(
        pane=standing((3, 2, 0.1), 0, 1, material={"preset": "glass"}), ball=ball(0.5, (0, 0.25, 0))
    ),
    "a ball behind a ring": scene(
        ring=solid("torus", (3, 3, 0.4), (0, 1.5, 1)), ball=ball(0.5, (0, 0.25, 0))
    ),
    "a ball in a room around the camera": scene(
        room=box((20, 20, 20), (0, 9.99, 0)), ball=ball(0.5, (0, 0.25, 0))
    ),
    "a ball behind what moves": scene(
        door=standing((3, 2, 0.1), 0, 1, animation=[{"motion": "sway"}]),
        ball=ball(0.5, (0, 0.25, 0)),
    ),
    "a table whose legs alone are hidden": scene(table(), box=standing((3, 0.65, 0.1), 0, 1)),
    "a wall of which one half is hidden": scene(
        far=standing((3, 1, 0.1)), near=standing((1.4, 2, 0.1), -0.8, 1)
    ),
    "a thing that a wall does not show": scene(
        wall=standing((3, 2, 0.1), 0, 1, visible=False), ball=ball(0.5, (0, 0.25, 0))
    ),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_what_can_be_seen_a_little_is_right(name: str) -> None:
    assert "behind" not in kinds(NEAR_MISSES[name])


def test_a_crowd_hides_some_and_that_is_not_said() -> None:
    crowd = scene(
        **{f"b{n}": standing((0.4, 1, 0.4), n % 11 - 5, 0.5 * (n // 11) - 5) for n in range(150)}
    )
    assert "behind" not in kinds(crowd)
    fewer = {name: crowd[name] for name in list(crowd)[:120]}
    assert "behind" in kinds(fewer, camera_at((0, 0.3, 20)))


def seen(objects: Objects, name: str, view: View = FRONT) -> Any:
    assert view.camera is not None
    return sight_of(Surroundings(Layout(objects)), view.camera, name)


def test_how_much_of_a_thing_is_seen_and_what_hides_it() -> None:
    half = scene(
        far=standing((2, 1, 0.1)),
        near=standing((3, 2, 0.1), -1.5, 1, base=-0.5),
    )
    sight = seen(half, "far")
    assert sight.in_picture == 1
    assert sight.seen == pytest.approx(0.5, abs=0.15)
    assert sight.hidden_by == ("near",)
    assert seen(scene(WALL, ball=ball(0.5, (0, 0.25, 0))), "ball") == (1, 0, ("wall",))
    assert seen(WALL, "wall").hidden_by == ()
    assert seen(scene(ball=ball(0.5, (50, 0, 0))), "ball") == (0, 0, ())
    edge = seen(scene(wall=standing((40, 1, 0.1))), "wall")
    assert 0 < edge.in_picture < 0.5
    assert seen(scene(table(), WALL), "table_top").hidden_by == ("wall",)


def test_a_part_is_hidden_by_its_neighbors() -> None:
    shelf = scene(
        shelf=group(),
        board=standing((2, 0.02, 0.4), base=0.5, parent="shelf"),
        door=standing((2, 1.5, 0.02), 0, 0.3, parent="shelf"),
        jar=standing((0.2, 0.2, 0.2), base=0.52, parent="shelf"),
    )
    assert seen(shelf, "jar").hidden_by == ("door",)
    assert seen(shelf, "shelf") == (1, 1, ())
