"""Each prop, in each form: as large as it says, standing as it should, the same in the page."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessions_app.scene.document import new_document
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import shape_bounds, united
from sessions_app.scene.geometry.prop_pieces import drawn_prop
from sessions_app.scene.props.catalog import find_prop
from sessions_app.scene.props.parts import parts_of
from sessions_app.scene.props.recipes import Recipe, paints, props, surfaces
from tests.support.node_scripts import node_script
from tests.support.object_calls import add, odd_lines

DRAWN = Path("tests/support/drawn_bounds.js")
PARTS = Path("tests/support/prop_parts.js")
EVERY = [(prop.name, form) for prop in props().values() for form in prop.forms]
# The page fits what it draws into the box; what the server reckons with may be this far off, in
# parts of the longest side: parts that are turned, and what is round.
OFF = 0.02
# Smaller than this it stands on a table, in meters.
SMALL = 0.6
# Factors of the usual size.
SIZES = ((1, 1, 1), (2, 1, 1), (0.5, 1, 1.5), (0.1, 0.1, 0.1))


def _recipe(prop: str, form: str) -> Recipe:
    return props()[prop].recipe(form)


def _sized(prop: str, form: str, factors: tuple[float, ...]) -> tuple[float, float, float]:
    width, height, depth = vectors.stretched(_recipe(prop, form).size, vectors.vector(factors))
    return (width, height, depth)


def _entity(prop: str, form: str, factors: tuple[float, ...] = (1, 1, 1)) -> dict[str, Any]:
    size = list(_sized(prop, form, factors))
    return {"kind": "prop", "prop": prop, "form": form, "size": size, "position": [1, 2, 3]}


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with node_script(PARTS) as process:

        def asked(*question: Any) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield asked


def test_there_are_enough() -> None:
    assert len(props()) >= 60
    assert {"chair", "sofa", "table", "tree", "person", "car"} <= props().keys()


def test_all_recipes_use_paints_and_surfaces_that_there_are() -> None:
    for prop, form in EVERY:
        for part in parts_of(prop, form, _recipe(prop, form).size):
            assert part.color.partition("*")[0] in ("main", *paints()), (prop, form, part)
    assert {paint.surface for paint in paints().values()} == surfaces().keys()


def test_the_page_makes_the_same_parts(page: Any) -> None:
    for prop, form in EVERY:
        for factors in SIZES:
            size = _sized(prop, form, factors)
            ours, theirs = parts_of(prop, form, size), page(prop, form, size)
            assert len(ours) == len(theirs), (prop, form)
            for part, drawn in zip(ours, theirs, strict=True):
                assert (part.kind, part.color) == (drawn["kind"], drawn["color"])
                assert part.is_flat == drawn["isFlat"]
                assert part.radius == pytest.approx(drawn["radius"])
                for mine, its in (
                    (part.center, drawn["center"]),
                    (part.size, drawn["size"]),
                    (part.rotation, drawn["rotation"]),
                    *zip(part.points, drawn["points"], strict=True),
                ):
                    assert list(mine) == pytest.approx(its, abs=1e-9), (prop, form, part.name)


def test_each_is_drawn_exactly_in_its_box() -> None:
    objects = {
        f"{prop} {form} {number}": _entity(prop, form, factors)
        for prop, form in EVERY
        for number, factors in enumerate(SIZES)
    }
    with node_script(DRAWN) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(objects) + "\n")
        process.stdin.flush()
        drawn = json.loads(process.stdout.readline())["bounds"]
    for name, entity in objects.items():
        within = min(0.001, 0.01 * max(entity["size"]))
        low, high = drawn[name]
        for at, side, bottom, top in zip(
            entity["position"], entity["size"], low, high, strict=True
        ):
            assert bottom == pytest.approx(at - side / 2, abs=within), name
            assert top == pytest.approx(at + side / 2, abs=within), name


@pytest.mark.parametrize(("prop", "form"), EVERY)
def test_the_parts_fill_the_box(prop: str, form: str) -> None:
    entity = _entity(prop, form)
    pieces = drawn_prop(entity).instances
    around = united(shape_bounds(form, size, frame) for _, form, size, frame, _ in pieces)
    assert around
    within = OFF * max(entity["size"])
    for side, low, high in zip(entity["size"], *around, strict=True):
        assert low == pytest.approx(-side / 2, abs=within)
        assert high == pytest.approx(side / 2, abs=within)


@pytest.mark.parametrize(("prop", "form"), EVERY)
def test_nothing_is_odd_about_one_that_stands_alone(prop: str, form: str) -> None:
    thing = {"kind": "prop", "prop": prop, "form": form, "name": "it"}
    if not form:
        del thing["form"]
    added = add(new_document("studio"), thing)
    assert odd_lines(added) == []
    assert ("on the floor" in added.for_model) != bool(_recipe(prop, form).base)
    if max(_recipe(prop, form).size) < SMALL:
        table = {"kind": "prop", "prop": "table"}
        on_it = add(new_document("studio"), table, thing | {"on": "table"})
        # The camera of the start sees a table from the side: what is flat on it is hidden.
        assert [line for line in odd_lines(on_it) if "for the camera" not in line] == []


def test_every_word_finds_a_prop() -> None:
    for prop in props().values():
        assert find_prop(prop.name) == (prop.name, "")
        for word in prop.words:
            assert find_prop(word) is not None
        for form, recipe in prop.forms.items():
            for word in recipe.words:
                found = find_prop(word)
                assert found is not None
                assert math.prod(_recipe(*found).size) > 0, form
