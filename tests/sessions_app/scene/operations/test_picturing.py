"""What a picture is to show: cameras that frame what is asked, and whose names are written."""

import re
from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.views import DIRECTIONS, picture_point, view_of
from sessions_app.scene.operations.picturing import (
    MAX_LABELS,
    MOST_DRAWN,
    PicturePlan,
    Wanted,
    plan_picture,
)
from tests.support.operations import step_of
from tests.support.small_scenes import ball, box, document_of, lamp, scene, standing, table

ROOM = document_of(
    scene(
        table(), lamp(0.75), ground=standing((20, 0.01, 20), base=-0.01), ball=ball(0.3, (3, 1, 0))
    )
)
TABLE, LAMP = (
    Bounds((-0.6, 0, -0.4), (0.6, 0.75, 0.4)),
    Bounds((-0.15, 0.75, -0.15), (0.15, 1.35, 0.15)),
)


def plan(document: Document = ROOM, **wanted: Any) -> PicturePlan:
    return plan_picture(document, Wanted(**wanted))


def labelled(document: Document = ROOM, **wanted: Any) -> list[str]:
    """The names that are written."""
    return [document["objects"][each]["name"] for each in plan(document, **wanted).labelled]


def filled(planned: PicturePlan, bounds: Bounds, aspect: float) -> list[float]:
    """How much of the picture's larger side a box takes, in each view; it is wholly inside."""
    found = []
    for camera in planned.cameras(aspect):
        assert camera is not None
        view = view_of(camera.position, camera.aim, camera.fov, aspect)
        points = [picture_point(view, corner) for corner in bounds.corners()]
        assert all(point is not None and point.is_in_picture for point in points)
        across = [point.x for point in points if point]
        down = [point.y for point in points if point]
        found.append(max(max(across) - min(across), max(down) - min(down)))
    return found


def test_every_view_has_the_target_whole_and_large_in_a_picture_of_any_shape() -> None:
    views = ["front", "left", "Three-Quarter", "top", "bottom"]
    for aspect in (0.5, 1.0, 16 / 9):
        shares = filled(plan(views=views, targets=["lamp"]), LAMP, aspect)
        assert min(shares) > 0.6
        assert max(shares) <= 0.85
    assert plan(views=views).views == ["front", "left", "three quarter", "top", "bottom"]


def test_without_targets_everything_is_framed_but_for_the_ground() -> None:
    everything = Bounds((-0.6, 0, -0.4), (3.15, 1.35, 0.4))
    assert min(filled(plan(views=["front"]), everything, 1.0)) > 0.7
    only = document_of({"ground": {"name": "ground", **standing((20, 0.01, 20), base=-0.01)}})
    assert plan(only, views=["top"]).cameras(1.0)[0] is not None


def test_targets_alone_are_seen_from_where_the_camera_stands() -> None:
    looking = step_of("set_camera", position=[0, 1, 8], look_at="0, 1, 0")(ROOM).after
    [camera] = plan(looking, targets=["ball"]).cameras(1.0)
    assert camera is not None
    assert [round(value, 3) for value in camera.position[:2]] == [3, 1]
    assert 0 < camera.position[2] < 2
    assert plan(looking, views=["camera"], targets=["ball"]).cameras(1.0) == [None]
    assert plan(looking, targets=["camera"]).cameras(1.0) != [None]


def test_what_moves_is_framed_wherever_it_comes() -> None:
    moving = step_of("animate", animations=[{"target": "ball", "motion": "bounce", "amount": 2}])(
        ROOM
    ).after
    passed = Bounds((2.85, 0.85, -0.15), (3.15, 3.15, 0.15))
    assert min(filled(plan(moving, views=["front"], targets=["ball"]), passed, 1.0)) > 0.7


def test_a_copy_of_a_pattern_is_framed_alone() -> None:
    row = step_of("repeat_objects", target="ball", pattern="row", count=5, spacing=2)(ROOM).after
    one, all_ = (
        plan(row, views=["front"], targets=[target]).cameras(1.0)[0]
        for target in ("ball[2]", "ball")
    )
    assert one is not None
    assert all_ is not None
    assert one.position[2] < all_.position[2] / 3


def test_names_stand_at_targets_or_at_all_and_of_a_single_group_at_its_parts() -> None:
    assert labelled(labels=True) == ["table", "lamp", "ball"]
    assert labelled(labels=True, targets=["ball", "foot"]) == ["ball", "foot"]
    assert labelled(labels=True, targets=["lamp"]) == ["foot", "pole", "shade"]
    assert plan(targets=["lamp"]).labelled == []
    many = document_of(
        {f"box{n}": {"name": f"box{n}", **box((1, 1 + n, 1), (2 * n, 0, 0))} for n in range(50)}
    )
    found = plan(many, labels=True)
    assert (len(found.labelled), labelled(many, labels=True)[0]) == (MAX_LABELS, "box49")
    assert found.notes == [f"Names stand at the {MAX_LABELS} largest of 50 objects."]


def test_of_very_many_objects_fewer_views_are_drawn_and_that_is_said() -> None:
    count = MOST_DRAWN // 4
    many = step_of("repeat_objects", target="ball", pattern="grid", count=count - 9)(ROOM).after
    found = plan(many, views=["front", "back", "left", "right", "top"])
    assert found.views == ["front", "back", "left", "right"]
    assert "at most 4 views, so top is left out" in found.notes[0]
    assert (
        len(plan(many, views=["front", "back", "top"], targets=["lamp"], isolate=True).views) == 3
    )


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        (
            {"targets": ["lamp", "tabel"]},
            '`targets[1]`: "tabel" is not in this scene. Did you mean "table"?',
        ),
        ({"targets": ["#red"]}, '`targets[0]`: "#red" is not'),
        (
            {"views": ["front", "behind"]},
            '`views[1]`: The view "behind" is not known. Give one of: front,',
        ),
        (
            {"views": [f"{', '.join([*DIRECTIONS][:9])}, camera"]},
            "`views` cannot be 10 views: give 1 to 9.",
        ),
        ({"isolate": True}, "`targets` is missing"),
        ({"isolate": True, "targets": ["camera"]}, "`isolate` would draw nothing"),
    ],
)
def test_what_is_refused(wanted: dict[str, Any], refused: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^{re.escape(refused)}") as caught:
        plan(**wanted)
    assert isinstance(caught.value, UnknownTargetError) == refused.startswith("`targets[")


def test_a_scene_without_anything_has_its_own_view_only() -> None:
    empty = new_document("empty")
    assert plan(empty, labels=True).views == ["camera"]
    with pytest.raises(InvalidValueError, match="nothing visible to frame"):
        plan(empty, views=["front"])
