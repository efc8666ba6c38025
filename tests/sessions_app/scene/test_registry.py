"""Operations by name: what they take, in whose words, and how their arguments are refused."""

import time
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError

from sessions_app.scene.document import new_document
from sessions_app.scene.operations import OPERATIONS, model
from sessions_app.scene.operations.arguments import Arguments, Color, Flag, Number
from sessions_app.scene.operations.refusals import refusal
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.schemas import input_schema
from tests.support.scene_documents import object_named


def test_an_operation_is_found_by_its_name_and_applied_with_its_arguments() -> None:
    found = OPERATIONS["change_model_size"]
    change = found.on(found.arguments.model_validate({"size": "2.5"}), time.time)(new_document())
    assert change.values["scale"] == [2.5] * 3
    assert object_named(change.after, "model")["size"] == [1.07, 1.6275, 0.7725]


def test_an_operation_on_a_light_says_by_its_name_which() -> None:
    for light in ("key", "fill"):
        found = OPERATIONS[f"set_{light}_light_color"]
        change = found.on(found.arguments.model_validate({"color": "teal"}), time.time)(
            new_document()
        )
        assert object_named(change.after, light)["color"] == "#008688"
        assert len(change.patch) == 1


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="two operations scale_model"):
        operation("scale_model", model.ModelScale)(model.set_model_scale)


class _Part(Arguments):
    kind: Literal["box", "sphere"]
    size: Annotated[list[Number], Field(max_length=3)]
    shown: Flag = True
    color: Color | None = None


class _Build(Arguments):
    parts: list[_Part]


# What is given in place of a sound part, and its refusal where no interface has words of its own.
REFUSED = [
    (
        "box",
        '`parts[0]` cannot be "box". Accepted: an object.'
        " `parts[]` takes: kind, size, shown, color.",
    ),
    ({"kind": "cone", "size": []}, '`parts[0].kind` cannot be "cone". Accepted: box, sphere.'),
    ({"kind": "box", "size": 1}, "`parts[0].size` cannot be 1. Accepted: a list."),
    (
        {"kind": "box", "size": ["a"]},
        '`parts[0].size[0]` cannot be "a". Accepted: a finite number.',
    ),
    (
        {"kind": "box", "size": [1] * 4},
        "`parts[0].size` cannot be a list of 4. Accepted: 0 to 3 items.",
    ),
    (
        {"kind": "box", "size": [], "shown": 2},
        "`parts[0].shown` cannot be 2. Accepted: true or false.",
    ),
    ({"kind": "box", "size": [], "color": 2}, "`parts[0].color` cannot be 2. Accepted: text."),
    ({"size": []}, "`parts[0].kind` is missing. `parts[]` takes: kind, size, shown, color."),
]


@pytest.mark.parametrize(("part", "told"), REFUSED)
def test_arguments_are_refused_by_path_without_words_of_an_interface(
    part: object, told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        _Build.model_validate({"parts": [part]})
    assert refusal(input_schema(_Build), refused.value.errors(), "build") == told


class _Misworded(Arguments):
    words: ClassVar[Mapping[str, str]] = {"sise": "A number."}
    size: Number


def test_words_are_about_an_argument_that_there_is() -> None:
    with pytest.raises(KeyError, match="sise"):
        input_schema(_Misworded)


class _Tree(Arguments):
    children: "list[_Tree]"


def test_a_model_that_holds_itself_has_no_schema() -> None:
    with pytest.raises(TypeError, match="_Tree holds itself"):
        input_schema(_Tree)
