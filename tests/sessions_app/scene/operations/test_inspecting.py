"""What check_scene answers: oddities, boxes, distances, rays and plans."""

import json
import time
from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.inspecting import MOST_MEASURED, MOST_ODD, Question, inspect
from tests.support.operations import step_of
from tests.support.small_scenes import (
    ball,
    box,
    document_of,
    lamp,
    scene,
    solid,
    standing,
    table,
)

ROOM = step_of("set_camera", position=[0, 1, 8], look_at="0, 0.5, 0")(
    document_of(
        scene(
            table(),
            lamp(1.05),
            wall=standing((2, 1.5, 0.1), 2, -2),
            ball=ball(0.3, (2, 0.15, -3)),
            chair=standing((0.5, 0.9, 0.5), -2, 1),
        )
    )
).after


def lines(document: Document = ROOM, **asked: Any) -> list[str]:
    return inspect(document, Question(**asked)).summary.splitlines()


def values(document: Document = ROOM, **asked: Any) -> dict[str, Any]:
    found = inspect(document, Question(**asked)).values
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_without_arguments_all_that_is_odd_is_said_with_what_mends_it() -> None:
    assert [line.split(": place_objects")[0].split(": set_camera")[0] for line in lines()] == [
        "Odd: lamp floats 0.3 above table",
        "Odd: ball is hidden behind wall for the camera",
    ]
    first, second = values()["odd"]
    placement = {"targets": ["lamp"], "relation": "on", "reference": "table"}
    assert first == {
        "what": "lamp floats 0.3 above table",
        "fix": {"tool": "place_objects", "arguments": {"placements": [placement]}},
    }
    assert second["fix"]["tool"] == "set_camera"


def test_where_nothing_is_odd_that_is_said() -> None:
    for start in ("studio", "empty", "room", "outdoor"):
        found = inspect(new_document(start), Question())
        assert found.summary.startswith("Nothing is odd about ")
        assert found.values == {"odd": [], "more": []}


def test_of_many_oddities_the_worst_are_said_and_the_others_counted() -> None:
    document = document_of(
        scene(
            **{f"high{n}": standing((0.5, 0.5, 0.5), n, base=1) for n in range(30)},
            **{f"deep{n}": standing((0.5, 0.5, 0.5), n, 3, base=-0.3) for n in range(4)},
        )
    )
    found = inspect(document, Question())
    assert len(found.values["odd"]) == MOST_ODD
    counted = {each["what"]: each["count"] for each in found.values["more"]}
    assert counted["floating"] == 34 - MOST_ODD
    assert f"{34 - MOST_ODD} floating" in found.summary.splitlines()[-1]
    assert len(found.summary.encode()) < 6_000


def test_a_target_is_measured_with_what_it_stands_on_and_what_hides_it() -> None:
    measured = lines(targets=["ball", "lamp", "shade", "table", "key"])
    assert measured[0] == (
        "ball: sphere, box 0.3 × 0.3 × 0.3: x 1.85 to 2.15, y 0 to 0.3, z -3.15 to -2.85;"
        " on the floor; in view, hidden behind wall"
    )
    assert measured[1].endswith("z -0.15 to 0.15; 0.3 above table; in view")
    assert "; on pole; " in measured[2]
    assert measured[3].startswith("table: group, box 1.2 × 0.75 × 0.8: x -0.6 to 0.6")
    assert measured[4].startswith("key: area light ")
    first, second, third, *_ = values(targets=["ball", "lamp", "shade"])["objects"]
    assert (first["size"], first["center"], first["base"]) == ([0.3] * 3, [2, 0.15, -3], 0)
    assert (first["on"], first["seen"], first["hiddenBy"]) == ("floor", 0, ["wall"])
    assert "on" not in second
    assert third["on"] == "pole"


STANDS: list[tuple[dict[str, Any], str]] = [
    ({"cup": standing((0.1, 0.1, 0.1), base=0.75)}, "; on table; "),
    ({"cup": standing((0.1, 0.1, 0.1), base=0.758)}, "; on table; "),
    ({"cup": standing((0.1, 0.1, 0.1), base=0.9)}, "; 0.15 above table; "),
    ({"cup": standing((0.1, 0.1, 0.1), 2, base=-0.05)}, "; 0.05 below the floor; "),
    ({"cup": standing((0.1, 0.1, 0.1), 2, base=2)}, "; 2 above the floor; "),
    ({"cup": box((0.1, 0.3, 0.1), (0.65, 0.7, 0))}, "; touches table; "),
    ({"cup": standing((0.1, 0.1, 0.1), visible=False)}, "which is not drawn"),
]


@pytest.mark.parametrize(("objects", "words"), STANDS)
def test_what_carries_a_thing_is_said(objects: dict[str, Any], words: str) -> None:
    document = document_of(scene(table(), **objects))
    assert words in lines(document, targets=["cup"])[0]


def test_targets_have_their_own_oddities_alone() -> None:
    assert values(targets=["chair"])["odd"] == []
    [odd] = values(targets=["pole"])["odd"]
    assert odd["what"] == "lamp floats 0.3 above table"


def test_more_targets_than_a_page_holds_are_counted() -> None:
    document = document_of(scene(**{f"b{n}": standing((0.5, 0.5, 0.5), n) for n in range(30)}))
    found = inspect(document, Question(targets=["b*"]))
    assert len(found.values["objects"]) == MOST_MEASURED
    assert "and 10 more: name fewer targets" in found.summary.splitlines()


DISTANCES: list[tuple[Any, str]] = [
    ("table", "lamp to table: 0.3 apart (x overlap 0.3, y 0.3, z overlap 0.3); centers 0.975"),
    ("floor", "lamp to the floor: 1.05 apart (x overlap 0.3, y 1.05, z overlap 0.3)"),
    ([3, 1.65, 0], "lamp to 3, 1.65, 0: 2.85 apart (x 2.85, y 0, z 0)"),
    ("pole", "lamp to pole: boxes overlap, 0.03 deep"),
    ("chair", "lamp to chair: 1.715 apart (x 1.6, y 0.15, z 0.6); centers 2.41 apart (x -2, "),
]


@pytest.mark.parametrize(("to", "words"), DISTANCES, ids=str)
def test_distances_are_those_of_boxes_and_of_centers(to: Any, words: str) -> None:
    [line] = [each for each in lines(targets=["lamp"], distance_to=to) if " to " in each[:20]]
    assert line.startswith(words)


def test_distances_come_as_numbers_too() -> None:
    [far] = values(targets=["lamp", "chair"], distance_to="chair")["distances"]
    assert (far["name"], far["to"]) == ("lamp", "chair")
    assert far["gaps"] == [1.6, 0.15, 0.6]
    assert far["offset"] == [-2, -0.9, 1]


def ray(**asked: Any) -> tuple[str, list[dict[str, Any]]]:
    [traced] = values(**asked)["rays"]
    [line] = [each for each in lines(**asked) if each.startswith("Ray from ")]
    return line, traced["hits"]


def test_a_ray_says_what_it_meets_first_and_what_is_in_front() -> None:
    line, hits = ray(ray="camera", toward="ball")
    assert [hit["name"] for hit in hits] == ["wall", "ball", "the floor"]
    assert hits[0]["point"][2] == pytest.approx(-1.95)
    assert line.startswith("Ray from camera toward ball: wall at ")
    assert line.endswith("wall is in front of ball.")
    line, hits = ray(ray="viewer", targets=["lamp"])
    assert hits[0]["name"] == "pole of lamp"
    assert line.endswith("Nothing is in front of lamp there.")


def test_a_ray_goes_in_a_direction_from_an_object_or_a_point() -> None:
    _, hits = ray(ray="lamp", toward="down")
    assert hits[0] == {"name": "table_top of table", "distance": 0.6, "point": [0, 0.75, 0]}
    assert hits[1]["name"] == "the floor"
    _, hits = ray(ray=[2, 1, 5], toward="back")
    assert hits == [{"name": "wall", "distance": 6.95, "point": [2, 1, -1.95]}]
    _, hits = ray(ray="ball", toward="floor")
    assert [hit["name"] for hit in hits] == ["the floor"]
    line, hits = ray(ray=[0, 5, 0], toward="up")
    assert (line, hits) == ("Ray from 0, 5, 0 up: nothing.", [])
    line, _ = ray(ray=[-2, 5, 5], toward=[-2, 5, 0])
    assert line == "Ray from -2, 5, 5 toward -2, 5, 0: nothing."


def test_a_ray_meets_no_floor_where_there_is_none() -> None:
    document = step_of("set_environment", floor="none")(ROOM).after
    [traced] = values(document, ray="ball", toward="down")["rays"]
    assert traced["hits"] == []


def test_of_a_shape_with_a_hole_a_ray_meets_the_box_about() -> None:
    document = document_of(scene(ring=solid("torus", (1, 0.2, 1), (0, 0.1, 0))))
    [line, *_] = lines(document, ray=[0, 3, 0], toward="ring")
    assert line.startswith("Ray from 0, 3, 0 toward ring: ring at about 0, 0.2, 0, 2.8 m away")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"targets": ["bal"]}, '`targets[0]`: "bal" is not in this scene. Did you mean "ball"?'),
    ({"distance_to": "table"}, "`targets` is missing: distances are those of targets."),
    ({"targets": ["lamp"], "distance_to": "tabel"}, '`distance_to`: "tabel" is not in this'),
    ({"targets": ["lamp"], "distance_to": "table_leg*"}, '`distance_to`: "table_leg*" matches 4'),
    ({"ray": "ball"}, "`toward` is missing: give an object, a point, or up, down"),
    ({"toward": "ball"}, "`ray` is missing: it says where the ray begins."),
    ({"ray": "ball", "toward": "ball"}, "`toward` is where the ray begins"),
    ({"ray": "bal", "toward": "up"}, '`ray`: "bal" is not in this scene.'),
    ({"ray": "ball", "toward": "sideways"}, '`toward`: "sideways" is not in this scene.'),
    ({"ray": [0, 0, 1e6], "toward": "up"}, "`ray`: Each number of a point is -10000 to 10000"),
]


@pytest.mark.parametrize(("asked", "refusal"), REFUSED, ids=str)
def test_what_cannot_be_answered_is_refused_by_its_argument(
    asked: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        inspect(ROOM, Question(**asked))
    assert refused.value.message.startswith(refusal)


PLAN = """\
Plan from the top, the front below: 3 m wide, 2 m deep; a column is 0.05 m, a row 0.1 m."""


def test_a_plan_draws_what_stands_where_with_lengths_at_its_edges() -> None:
    document = document_of(
        scene(
            desk=standing((3, 0.7, 1), 0, -0.5),
            plate=solid("cylinder", (1, 0.1, 1), (0, 0.05, 0.5)),
            pen=standing((0.2, 0.01, 0.01), 1, -0.5, base=0.7),
            ground=box((50, 0.5, 50), (0, -0.25, 0)),
        )
    )
    text = lines(document, plan="top")
    assert text[0] == PLAN
    assert text[1].split() == ["x", "-1.5", "1.5"]
    grid, legend = text[2:22], text[22:]
    assert grid[0] == f"z -1 |{'A' * 60}|"
    assert grid[5].endswith(f"{'A' * 48}CCCC{'A' * 8}|")
    assert grid[19].startswith(" z 1 |")
    assert grid[14].endswith(f"|{'.' * 20}{'B' * 20}{'.' * 20}|")
    assert legend == [
        "A desk: x -1.5 to 1.5, z -1 to 0",
        "B plate: x -0.5 to 0.5, z 0 to 1",
        "C pen: x 0.9 to 1.1, z -0.505 to -0.495",
    ]


@pytest.mark.parametrize(
    ("side", "first", "last"),
    [("front", ["y 1.65", "x -2.25", "3"], "E"), ("side", ["y 1.65", "z 1.25", "-3.15"], "E")],
)
def test_a_plan_from_the_front_and_the_side_has_up_above(
    side: Any, first: list[str], last: str
) -> None:
    title, top, upper, *rest = lines(plan=side)
    assert "1.65 m high" in title
    assert upper.startswith(first[0])
    assert top.split() == [*first[1].split(), first[2]]
    assert rest[-1].startswith(f"{last} ball: ")
    assert all(len(line) <= 72 for line in rest)


def test_a_plan_of_much_is_bounded_and_says_so() -> None:
    document = document_of(
        scene(**{f"b{n}": solid("cone", (3, 3, 3), (n % 40, 1.5, n // 40)) for n in range(1600)})
    )
    started = time.process_time()
    text = lines(document, plan="top")
    assert time.process_time() - started < 5
    grid = [line for line in text if line.endswith("|")]
    assert len(grid) <= 24
    assert max(len(line.split("|")[1]) for line in grid) <= 60
    assert text[-1] == "+ 1548 smaller ones"
    assert "+" in "".join(grid)


def test_a_plan_of_targets_draws_them_alone_and_of_nothing_says_so() -> None:
    text = lines(plan="top", targets=["chair", "ball"])
    assert [line for line in text if line[:2] in ("A ", "B ", "C ")] == [
        "A chair: x -2.25 to -1.75, z 0.75 to 1.25",
        "B ball: x 1.85 to 2.15, z -3.15 to -2.85",
    ]
    assert lines(new_document("empty"), plan="top") == ["There is nothing to draw a plan of."]
    ground = lines(new_document("outdoor"), plan="top", targets=["ground"])
    assert "A ground: x -50 to 50, z -50 to 50" in ground


def test_the_copies_of_a_pattern_are_measured_together_and_drawn_each() -> None:
    document = document_of(scene(post=standing((0.2, 1, 0.2))))
    row = step_of("repeat_objects", target="post", pattern="row", count=4, spacing=1)(document)
    [pattern] = [
        each["name"] for each in row.after["objects"].values() if each["kind"] == "pattern"
    ]
    measured, *rest = lines(row.after, targets=[pattern], plan="top")
    assert "on the floor" in measured
    grid = [line.split("|")[1] for line in rest if line.endswith("|")]
    assert len(grid[0].replace("A", " ").split()) == 3
    with pytest.raises(InvalidValueError, match="is measured with all others"):
        inspect(row.after, Question(targets=[f"{pattern}[2]"]))
