"""Adding objects: what they get without being asked, and where they end up."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.rig import BUST_SIZE
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.lettering import text_size
from tests.support.object_calls import add, bounds_of, call, id_of, lines, odd_lines, remove
from tests.support.scene_documents import object_named

BOX = {"kind": "box", "name": "box"}
EMPTY = new_document("empty")
TABLE = {"kind": "box", "name": "table", "size": [1.2, 0.75, 0.8], "position": [3, 0.375, 1]}
LAMP: list[dict[str, Any]] = [
    {"kind": "cylinder", "name": "foot", "parent": "lamp", "size": [0.2, 0.02, 0.2]},
    {"kind": "cylinder", "name": "pole", "parent": "lamp", "size": [0.03, 0.3, 0.03], "on": "foot"},
    {"kind": "cone", "name": "shade", "parent": "lamp", "size": [0.25, 0.2, 0.25], "on": "pole"},
]


def near(one: Any, other: Any) -> bool:
    return all(abs(a - b) < 1e-5 for a, b in zip(one, other, strict=True))


def test_the_wall_that_something_stands_against_takes_no_room_on_its_top() -> None:
    shelf = {"kind": "box", "name": "shelf", "size": [0.5, 0.5, 1.5], "position": [-2.25, 0.25, 0]}
    screen = {"kind": "box", "name": "screen", "size": [0.25, 0.8, 1.3], "on": "shelf"}
    x, _, z = bounds_of(add(new_document("room"), shelf, screen).after, "screen").center
    assert (x, z) == pytest.approx((-2.25, 0))


def test_an_object_has_an_id_that_is_never_used_again() -> None:
    one = add(EMPTY, BOX).after
    assert (id_of(one, "box"), one["next"]) == ("o4", 5)
    gone = remove(one, "box").after
    assert gone["next"] == 5
    assert id_of(add(gone, BOX).after, "box") == "o5"


def test_only_what_differs_from_the_defaults_is_stored() -> None:
    given = {**BOX, "color": "white", "roughness": 0.9, "visible": True, "rotation": [0, 360, 0]}
    assert object_named(add(EMPTY, given).after, "box") == {
        "name": "box",
        "kind": "box",
        "position": [0, 0.5, 0],
        "size": [1, 1, 1],
    }


def test_a_material_has_what_was_given_of_it() -> None:
    given = {**BOX, "material": "gold", "color": "#FFFFFF", "opacity": 0.5}
    material = {"preset": "gold", "color": "#ffffff", "opacity": 0.5}
    assert object_named(add(EMPTY, given).after, "box")["material"] == material


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({"kind": "box"}, [1, 1, 1]),
        ({"kind": "sphere", "size": [0.5]}, [0.5, 0.5, 0.5]),
        ({"kind": "plane", "size": [4]}, [4, 0, 4]),
        ({"kind": "ring", "size": [2]}, [2, 2, 0]),
        ({"kind": "torus", "size": [2]}, [2, 2, 0.5]),
        ({"kind": "bust"}, list(BUST_SIZE)),
        ({"kind": "sphere", "radius": 0.25}, [0.5, 0.5, 0.5]),
        ({"kind": "cylinder", "radius": 0.2, "height": 1}, [0.4, 1, 0.4]),
        ({"kind": "cylinder", "radius_top": 0.2, "radius_bottom": "0.2"}, [0.4, 1, 0.4]),
        ({"kind": "cone", "radius_top": 0, "radius_bottom": 0.2, "height": 2}, [0.4, 2, 0.4]),
        ({"kind": "torus", "radius": 1, "tube": 0.2}, [2.4, 2.4, 0.4]),
        ({"kind": "box", "width": 2, "depth": 3}, [2, 1, 3]),
        ({"kind": "area_light", "size": [2]}, [2, 2]),
        ({"kind": "area_light", "size": [2, 3, 0]}, [2, 3]),
        ({"kind": "area_light", "width": 2, "height": 3}, [2, 3]),
    ],
)
def test_a_size_is_a_box_one_number_or_in_the_words_of_three_js(
    given: dict[str, Any], size: list[float]
) -> None:
    assert near(object_named(add(EMPTY, {**given, "name": "it"}).after, "it")["size"], size)


def test_a_text_is_as_large_as_its_letters() -> None:
    said = {"kind": "text", "name": "sign", "text": "Hi"}
    width, height = text_size("Hi", 0.3)
    assert near(object_named(add(EMPTY, said).after, "sign")["size"], [width, height, 0.06])
    twice = add(EMPTY, {**said, "height": 2 * height, "depth": 0.5}).after
    assert near(object_named(twice, "sign")["size"], [2 * width, 2 * height, 0.5])
    boxed = add(EMPTY, {**said, "size": [3, 1, 0.1]}).after
    assert object_named(boxed, "sign")["size"] == [3, 1, 0.1]


def test_without_a_place_it_stands_on_the_floor_beside_what_is_there() -> None:
    change = add(EMPTY, BOX, BOX, {"kind": "sphere", "name": "ball"})
    bounds = [bounds_of(change.after, name) for name in ("box", "box 2", "ball")]
    assert [each.low[1] for each in bounds] == [0, 0, 0]
    for index, one in enumerate(bounds):
        for other in bounds[index + 1 :]:
            assert min(one.overlap(other)) < 0
    assert odd_lines(change) == []


def test_what_a_call_begins_with_is_not_pushed_aside_by_what_it_puts_at_a_position_later() -> None:
    board = {"kind": "box", "name": "board", "size": [0.5, 0.05, 0.5]}
    pawn = {
        "kind": "cone",
        "name": "pawn",
        "size": [0.03, 0.05, 0.03],
        "position": [0.2, 0.075, 0.2],
    }
    change = add(EMPTY, board, pawn, {**board, "name": "another"})
    assert near(object_named(change.after, "board")["position"], [0, 0.025, 0])
    assert odd_lines(change) == []
    board_, another = (bounds_of(change.after, name) for name in ("board", "another"))
    assert min(board_.overlap(another)) < 0
    # What was there before is still gone round.
    third = bounds_of(add(change.after, {**board, "name": "third"}, pawn).after, "third")
    assert max(min(third.overlap(other)) for other in (board_, another)) < 0


def test_nothing_is_put_under_a_table_by_itself() -> None:
    legs = [
        {"kind": "box", "parent": "table", "size": [0.1, 0.7, 0.1], "position": [x, 0.35, z]}
        for x in (-0.5, 0.5)
        for z in (-0.3, 0.3)
    ]
    top = {"kind": "box", "parent": "table", "size": [1.2, 0.05, 0.8], "position": [0, 0.725, 0]}
    after = add(EMPTY, {"kind": "group", "name": "table"}, top, *legs).after
    after = add(after, {"kind": "box", "name": "small", "size": [0.2, 0.2, 0.2]}).after
    assert bounds_of(after, "table").overlap(bounds_of(after, "small"))[0] < 0


def test_what_stands_on_something_is_put_on_its_top_where_there_is_room() -> None:
    cup = {"kind": "cylinder", "name": "cup", "size": [0.1, 0.1, 0.1], "on": "table"}
    change = add(EMPTY, TABLE, cup, cup, {**cup, "name": "here", "position": [3.4, 9, 1.2]})
    after = change.after
    for name in ("cup", "cup 2", "here"):
        assert abs(bounds_of(after, name).low[1] - 0.75) < 1e-5
        assert object_named(after, name)["contact"] == {"on": id_of(after, "table")}
    assert near(object_named(after, "here")["position"], [3.4, 0.8, 1.2])
    assert min(bounds_of(after, "cup").overlap(bounds_of(after, "cup 2"))) < 0
    assert odd_lines(change) == []


def test_a_second_call_sees_what_stands_there_already() -> None:
    cup = {"kind": "cylinder", "name": "cup", "size": [0.1, 0.1, 0.1], "on": "table"}
    after = add(add(EMPTY, TABLE, cup).after, cup).after
    assert min(bounds_of(after, "cup").overlap(bounds_of(after, "cup 2"))) < 0


def test_a_position_beside_what_it_stands_on_is_not_kept_and_the_answer_says_so() -> None:
    cup = {"kind": "cylinder", "name": "cup", "size": [0.1, 0.1, 0.1], "on": "table"}
    change = add(EMPTY, TABLE, {**cup, "position": [0, 0, 0]})
    assert near(object_named(change.after, "cup")["position"], [3, 0.8, 1])
    assert "The position of cup is not above table: it was moved there." in lines(change)


def test_on_the_floor_keeps_x_and_z() -> None:
    given = {**BOX, "on": "floor", "position": [2, 9, 3], "rotation": [0, 0, 45]}
    after = add(EMPTY, given).after
    assert near(bounds_of(after, "box").base, [2, 0, 3])
    assert "contact" not in object_named(after, "box")


def test_parts_are_placed_before_the_group_that_they_make() -> None:
    change = add(EMPTY, TABLE, {"kind": "group", "name": "lamp", "on": "table"}, *LAMP)
    bounds = bounds_of(change.after, "lamp")
    assert near(bounds.low, [2.875, 0.75, 0.875])
    assert near(bounds.size, [0.25, 0.52, 0.25])
    assert odd_lines(change) == []


def test_a_group_is_at_the_middle_of_its_base_once_the_call_ends() -> None:
    parts = [
        {"kind": "box", "name": name, "parent": "pair", "size": [1, 1, 1], "position": [x, 2, 0]}
        for name, x in (("left", 1), ("right", 3))
    ]
    change = add(EMPTY, {"kind": "group", "name": "pair", "position": [5, 0, 0]}, *parts)
    assert object_named(change.after, "pair")["position"] == [7, 1.5, 0]
    assert object_named(change.after, "left")["position"] == [-1, 0.5, 0]
    assert near(bounds_of(change.after, "pair").low, [5.5, 1.5, -0.5])
    assert any("is now the middle of its base, 7, 1.5, 0" in line for line in lines(change))
    later = add(change.after, {**parts[0], "name": "third", "position": [5, 0.5, 0]}).after
    assert object_named(later, "pair")["position"] == [7, 1.5, 0]


def test_a_group_may_have_the_size_of_all_in_it() -> None:
    lamp = {"kind": "group", "name": "lamp", "on": "floor"}
    after = add(EMPTY, {**lamp, "size": [0.5, 1.04, 0.5]}, *LAMP).after
    assert near(bounds_of(after, "lamp").size, [0.5, 1.04, 0.5])
    after = add(EMPTY, {**lamp, "size": [1.04]}, *LAMP).after
    assert near(bounds_of(after, "lamp").size, [0.5, 1.04, 0.5])


def test_what_belongs_to_a_solid_stands_on_it() -> None:
    after = add(EMPTY, TABLE, {"kind": "sphere", "name": "ball", "parent": "table"}).after
    assert abs(bounds_of(after, "ball").low[1] - 0.75) < 1e-5


@pytest.mark.parametrize(
    ("facing", "yaw"),
    [
        ("viewer", 0),
        ("back", 180),
        ("left", 270),
        ("right", 90),
        ("north", 180),
        ("table", 90),
        ([-5, 0, 0], 270),
        ("camera", 0),
    ],
)
def test_its_front_looks_to_an_object_a_point_or_a_side(facing: Any, yaw: float) -> None:
    table = {**TABLE, "position": [3, 0.375, 0]}
    after = add(EMPTY, table, {**BOX, "position": [0, 0.5, 0], "facing": facing}).after
    assert object_named(after, "box").get("rotation", [0, 0, 0]) == [0, yaw, 0]


def test_an_earlier_item_of_a_name_is_meant_before_what_is_there() -> None:
    before = add(EMPTY, {**TABLE, "position": [-3, 0.375, 0]}).after
    cup = {"kind": "cylinder", "name": "cup", "size": [0.1, 0.1, 0.1], "on": "table"}
    change = add(before, TABLE, cup)
    contact = object_named(change.after, "cup")["contact"]
    assert contact == {"on": id_of(change.after, "table 2")}
    assert '"table" became "table 2".' in lines(change)


def test_many_objects_of_a_name_are_noted_in_one_line() -> None:
    change = add(EMPTY, *[BOX] * 7)
    assert '"box" became "box 2", "box 3", "box 4", "box 5" and 2 more.' in lines(change)


def test_a_light_without_place_and_aim_shines_on_what_is_there() -> None:
    lamps = [{"kind": "spot_light", "name": "spot"}, {"kind": "point_light", "name": "bulb"}]
    after = add(EMPTY, TABLE, *lamps).after
    spot, bulb = object_named(after, "spot"), object_named(after, "bulb")
    assert spot["aim"] == [3, 0.375, 1]
    assert spot["position"][1] > 0.75
    assert bulb["position"][1] > 0.75
    aimed = add(EMPTY, TABLE, {"kind": "spot_light", "name": "spot", "facing": "table"}).after
    assert object_named(aimed, "spot")["aim"] == id_of(aimed, "table")


def test_a_camera_may_be_the_one_that_the_scene_is_seen_through() -> None:
    camera = {"kind": "camera", "name": "above", "position": [0, 5, 0.1], "aim": [0, 0, 0]}
    assert add(EMPTY, camera).after["camera"] == EMPTY["camera"]
    after = add(EMPTY, {**camera, "active": True}).after
    assert after["camera"] == id_of(after, "above")


class TestTheBustMakesWay:
    """The bust of the studio is removed by the first solid object."""

    STUDIO = new_document("studio")

    def model_in(self, document: Document) -> bool:
        return any(entity["name"] == "model" for entity in document["objects"].values())

    def test_it_is_removed_in_the_same_step_and_the_answer_says_so(self) -> None:
        change = add(self.STUDIO, BOX)
        assert not self.model_in(change.after)
        assert object_named(change.after, "box")["position"] == [0, 0.5, 0]
        assert "The bust of the start, model, made way: it was removed." in lines(change)
        assert {"op": "add", "path": "/objects/o1"}.items() <= change.inverse[-1].items() or any(
            step["path"] == "/objects/o1" for step in change.inverse
        )

    @pytest.mark.parametrize(
        "items",
        [
            [{"kind": "point_light"}],
            [{"kind": "group"}],
            [{"kind": "camera"}],
            [{**BOX, "on": "model"}],
            [{**BOX, "parent": "Model"}],
            [{**BOX, "facing": "o1"}],
            [BOX, {"kind": "spot_light", "aim": "model"}],
        ],
    )
    def test_it_stays_where_nothing_solid_is_added_or_something_refers_to_it(
        self, items: list[dict[str, Any]]
    ) -> None:
        assert self.model_in(add(self.STUDIO, *items).after)

    def test_it_stays_where_somebody_has_touched_it_or_put_something_on_it(self) -> None:
        painted = call(self.STUDIO, "change_model_color", {"color": "teal"}).after
        assert self.model_in(add(painted, BOX).after)
        hat = add(self.STUDIO, {**BOX, "name": "hat", "on": "model"}).after
        assert self.model_in(add(hat, BOX).after)

    def test_an_item_of_its_name_takes_the_name(self) -> None:
        after = add(self.STUDIO, {**BOX, "name": "model"}, {**BOX, "on": "model"}).after
        assert object_named(after, "model")["kind"] == "box"

    def test_other_starts_have_no_bust_to_remove(self) -> None:
        bust = add(EMPTY, {"kind": "bust", "name": "model"}).after
        assert self.model_in(add(bust, BOX).after)


def test_all_or_nothing() -> None:
    before = EMPTY["objects"].copy()
    with pytest.raises(InvalidValueError, match=r"`objects\[1\].on`"):
        add(EMPTY, BOX, {**BOX, "on": "nothing"})
    assert EMPTY["objects"] == before


def test_an_answer_is_bounded() -> None:
    names = [f"{'a rather long name of an object' + 'n' * 25}{number:03}" for number in range(500)]
    change = add(EMPTY, *({"kind": "box", "name": name} for name in names))
    assert len(change.for_model.encode()) <= 2000
    assert len(change.values["objects"]) == 20
    shown = [line for line in lines(change) if line.startswith("a rather")]
    assert lines(change)[0] == "Added 500 objects."
    assert f"and {500 - len(shown)} more: get_scene lists them" in lines(change)
    floating = [{"kind": "sphere", "position": [number * 3, 5, 0]} for number in range(30)]
    odd = add(EMPTY, *floating)
    assert len(odd_lines(odd)) == len(odd.values["odd"]) == 8
    assert len(odd.for_model.encode()) <= 2000


def test_a_light_without_a_place_that_carries_something_stands_by_the_others() -> None:
    after = add(
        new_document("empty"),
        {"kind": "box", "size": 1},
        {"kind": "directional_light", "name": "sun"},
        {"kind": "box", "parent": "sun", "size": 0.2},
    ).after
    assert max(map(abs, object_named(after, "sun")["position"])) < 5
    assert max(map(abs, object_named(after, "camera")["position"])) < 20


@pytest.mark.parametrize(
    ("x", "z", "yaw"),
    # Beyond its corner, and at the head of the table, its middle is what is looked at.
    [(-0.4, 1.1, 180), (0.5, -1, 0), (1.5, 0, 270), (1.6, 0.8, 243.435)],
)
def test_along_a_long_table_chairs_face_it_straight(x: float, z: float, yaw: float) -> None:
    table = {"kind": "table", "name": "table", "position": [0, 0.375, 0]}
    seat = {"kind": "chair", "name": "seat", "position": [x, 0.44, z], "facing": "table"}
    document = add(new_document("empty"), table, seat).after
    turned = document["objects"][id_of(document, "seat")].get("rotation", [0, 0, 0])
    assert turned[1] % 360 == pytest.approx(yaw, abs=1e-3)
