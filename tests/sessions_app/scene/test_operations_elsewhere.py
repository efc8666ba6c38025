"""What the studio's operations do where its objects are gone, replaced or elsewhere."""

from functools import partial

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations import Step
from tests.support.operations import step_of
from tests.support.scene_documents import object_named, with_objects

key_at = partial(step_of, "set_key_light_position")


def test_a_light_is_not_put_where_it_looks() -> None:
    document = new_document()
    document["objects"]["o2"]["aim"] = [1.0, 1.0, 0.0]
    with pytest.raises(InvalidValueError, match="what the light looks at"):
        key_at(x=1, y=1, z=0)(document)


def test_a_light_with_a_parent_is_placed_in_the_world() -> None:
    rail = {"name": "rail", "kind": "group", "position": [1.0, 2.0, 3.0], "rotation": [0, 90, 0]}
    document = with_objects(rail)
    document["objects"]["o2"] |= {"parent": "o10", "position": [0.0, 0.0, 0.0]}
    change = key_at(x=1, y=2, z=0)(document)
    assert change.values["position"] == [1, 2, 0]
    assert object_named(change.after, "key")["position"] == pytest.approx([3, 0, 0])
    assert key_at(x=1, y=2, z=0)(change.after).is_noop


def test_without_a_model_a_light_moves_about_its_aim() -> None:
    document = with_objects(model="o1")
    document["objects"]["o2"]["aim"] = [5.0, 0.0, 0.0]
    change = key_at(x=5, y=0, z=0.01)(document)
    assert change.values["position"] == [5, 0, 0.05]


GONE: list[tuple[Step, Document, list[str]]] = [
    (
        step_of("change_model_color", color="teal"),
        new_document("room"),
        ['no object called "model"', "update_objects", '"room floor", "back wall"', "add_objects"],
    ),
    (step_of("scale_model", x=1, y=1, z=1), new_document("empty"), ["update_objects"]),
    (step_of("set_model_rotation", x=1, y=1, z=1), new_document("empty"), ["add_objects"]),
    (
        step_of("set_key_light_intensity", intensity=1),
        with_objects(key="o2"),
        ['no object called "key"', '"fill"'],
    ),
    (key_at(x=1, y=1, z=1), with_objects(key="o2", fill="o3"), ['no object called "key"']),
    (
        step_of("set_key_light_color", color="teal"),
        with_objects(
            {"name": "key", "kind": "box", "position": [0, 0, 0], "size": [1, 1, 1]}, key="o2"
        ),
        ['"key" is a box here', "update_objects"],
    ),
    (
        step_of("set_key_light_size", width=1, height=1),
        with_objects({"name": "key", "kind": "spot_light", "position": [1, 1, 1]}, key="o2"),
        ["a spot light", "area"],
    ),
    (
        step_of("change_model_size", size=2),
        with_objects(
            {"name": "model", "kind": "box", "position": [0, 0, 0], "size": [1, 1, 1]}, model="o1"
        ),
        ['"model" is a box here', '"scale_by": [2.0, 2.0, 2.0]'],
    ),
    (
        step_of("change_model_color", color="teal"),
        with_objects({"name": "model", "kind": "group", "position": [0, 0, 0]}, model="o1"),
        ['"model" is a group here', "surface"],
    ),
    (
        step_of("set_model_rotation", x=0, y=1, z=0),
        with_objects({"name": "model", "kind": "spot_light", "position": [0, 1, 0]}, model="o1"),
        ["a spot light", "aim"],
    ),
    (
        step_of("dolly_camera", distance=3),
        new_document() | {"camera": None},
        ["no camera", "set_camera"],
    ),
]


@pytest.mark.parametrize(("step", "document", "named"), GONE)
def test_where_an_object_of_the_studio_is_gone_the_refusal_says_what_to_use(
    step: Step, document: Document, named: list[str]
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        step(document)
    assert all(word in refused.value.message for word in named), refused.value.message


def test_a_group_called_model_is_painted_whole_and_turned() -> None:
    parts = [
        {"name": f"part {number}", "kind": "box", "parent": "o10", "position": [0, 0, 0],
         "size": [1, 1, 1]}
        for number in (1, 2)
    ]  # fmt: skip
    group = {"name": "Model", "kind": "group", "position": [0, 0, 0]}
    document = with_objects(group, *parts, model="o1")
    painted = step_of("change_model_color", color="teal")(document).after
    assert [object_named(painted, f"part {number}")["material"] for number in (1, 2)] == [
        {"color": "#008688"}
    ] * 2
    turned = step_of("set_model_rotation", x=0, y=90, z=0)(document).after
    assert object_named(turned, "Model")["rotation"] == [0, 90, 0]
