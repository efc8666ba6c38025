"""Where the server takes things to be is where three.js draws them."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessions_app.scene.document.rig import rounded
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.outlines import kind_of
from sessions_app.scene.operations.fitting import unit_bounds
from tests.support.examples import examples
from tests.support.node_scripts import node_script
from tests.support.repeating import ARRANGEMENTS

SCRIPT = Path("tests/support/drawn_bounds.js")
FLAT = ("box", "plane", "extrude")
ROUND = ("sphere", "cylinder", "cone", "capsule", "torus", "ring", "tube", "lathe")
FLAT_WITHIN, ROUND_WITHIN = 0.001, 0.01  # meters, and a share of the diagonal


@pytest.fixture(scope="module")
def three() -> Iterator["Three"]:
    with node_script(SCRIPT) as process:
        yield Three(process)


_numbers = st.floats(-20, 20).map(lambda number: round(number, 3))
_triples = st.tuples(_numbers, _numbers, _numbers).map(list)
_angles = st.tuples(*[st.floats(-180, 180).map(lambda angle: round(angle, 2))] * 3).map(list)
_lengths = st.floats(0.05, 20).map(lambda length: round(length, 3))
_sizes = st.tuples(_lengths, _lengths, _lengths).map(list)


def _pairs(least: int, *axes: st.SearchStrategy[float]) -> st.SearchStrategy[list[list[float]]]:
    pairs = st.tuples(*axes).map(list)
    return st.lists(pairs, min_size=least, max_size=7, unique_by=tuple)


# By kind, what describes a shape.
_shapes: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "tube": st.fixed_dictionaries({
        "points": st.lists(_triples, min_size=3, max_size=9, unique_by=tuple),
        "radius": _lengths,
        "closed": st.booleans(),
    }),
    "lathe": st.fixed_dictionaries({"points": _pairs(2, _lengths, _numbers)}),
    "extrude": st.fixed_dictionaries({"points": _pairs(3, _numbers, _numbers)}),
}  # fmt: skip


@st.composite
def _objects(draw: st.DrawFn) -> dict[str, Any]:
    """Up to eight things, nested up to four deep."""
    objects: dict[str, Any] = {}
    depths: dict[str, int] = {}
    for number in range(draw(st.integers(1, 8))):
        parents = [name for name, depth in depths.items() if depth < 4]
        parent = draw(st.sampled_from([None, *parents]))
        kind = draw(st.sampled_from(["group", "pattern", *FLAT, *ROUND]))
        entity: dict[str, Any] = {"kind": kind, "parent": parent, "position": draw(_triples)}
        entity["rotation"] = draw(_angles)
        if kind == "pattern":
            entity |= {"arrangement": draw(ARRANGEMENTS), "bounds": [0] * 6}
            entity["without"] = dict.fromkeys(draw(st.lists(st.sampled_from("123"))))
        elif kind != "group":
            entity |= draw(_shapes.get(kind, st.just({})))
            entity["size"] = draw(_sizes)
        name = f"o{number}"
        objects[name] = entity
        depths[name] = depths[parent] + 1 if parent else 1
    for name in reversed(objects):  # inner ones first
        bounds = unit_bounds(Layout(objects), name) if "bounds" in objects[name] else None
        if bounds:
            objects[name]["bounds"] = [*bounds.low, *bounds.high]
    return objects


def _within(layout: Layout, name: str) -> float:
    """How far apart the two may be: round shapes are drawn as many flat faces."""
    inside = [piece for each in layout.solids(name) for piece in layout.pieces(each)]
    if all(kind_of(form) in FLAT for form, _, _ in inside):
        return FLAT_WITHIN
    return ROUND_WITHIN * max(vectors.length(size) for _, size, _ in inside)


class Three:
    """three.js, which is sent objects and says where it draws them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def draw(self, objects: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(objects) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example({
    "o0": {"kind": "torus", "position": [1, 2, 3], "size": [3, 0.4, 1.5], "rotation": [30, 40, 50]},
    "o1": {"kind": "torus", "position": [1, 2, 3], "size": [0.2, 1, 4], "rotation": [0, 90, 45]},
})  # fmt: skip
@given(_objects())
def test_bounds_are_as_drawn(three: Three, objects: dict[str, Any]) -> None:
    drawn = three.draw(objects)["bounds"]
    layout = Layout(objects)
    for name in objects:
        if layout.pattern_around(name):  # drawn only as the copies of that
            continue
        extent = layout.extent(name)
        if extent is None:
            assert drawn[name][0][0] is None or drawn[name][0][0] > drawn[name][1][0]
            continue
        within = _within(layout, name)
        for ours, theirs in zip(extent, drawn[name], strict=True):
            apart = max(abs(one - other) for one, other in zip(ours, theirs, strict=True))
            assert apart <= within, (name, extent, drawn[name])


# Each in place of what three.js has there: the columns of a matrix, in single precision.
COPY_WITHIN = 1e-5


@st.composite
def _forests(draw: st.DrawFn) -> dict[str, Any]:
    """A pattern of many copies of two boxes, turned anyhow."""
    arrangement = draw(ARRANGEMENTS) | {"count": draw(st.integers(1, 60))}
    way = draw(st.sampled_from(["gap", "spacing", "radius", "area"]))
    if way == "spacing" and arrangement["pattern"] != "scatter":
        arrangement["spacing"] = draw(_lengths)
        arrangement.pop("gap", None)
    elif way == "radius" and arrangement["pattern"] in ("circle", "scatter"):
        arrangement["radius"] = draw(st.floats(0.5, 50))
        arrangement.pop("gap", None)
    elif way == "area" and arrangement["pattern"] == "scatter":
        arrangement["area"] = draw(st.lists(st.floats(0.5, 50), min_size=2, max_size=2))
    objects: dict[str, Any] = {
        "o1": {"kind": "pattern", "position": draw(_triples), "rotation": draw(_angles)},
        "o2": {"kind": "box", "parent": "o1", "position": draw(_triples), "size": draw(_sizes)},
        "o3": {"kind": "box", "parent": "o2", "position": [1, 2, 3], "size": [1, 2, 3]},
    }
    objects["o3"]["rotation"] = draw(_angles)
    objects["o1"] |= {"arrangement": arrangement, "bounds": [0] * 6}
    bounds = unit_bounds(Layout(objects), "o1")
    assert bounds
    objects["o1"]["bounds"] = rounded([*bounds.low, *bounds.high])
    return objects


@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_forests())
def test_each_copy_is_drawn_where_the_server_has_it(three: Three, objects: dict[str, Any]) -> None:
    drawn = three.draw(objects)["copies"]["o1"]
    pieces = list(Layout(objects).pieces("o1"))
    assert len(drawn) == len(pieces)
    # The page draws all copies of the first solid, then those of the second.
    for (_, size, frame), matrix in zip(pieces[::2] + pieces[1::2], drawn, strict=True):
        columns = [
            vectors.scale(column, length)
            for column, length in zip(vectors.transposed(frame.turn), size, strict=True)
        ]
        ours = [number for column in (*columns, frame.origin) for number in column]
        theirs = [number for at in range(0, 16, 4) for number in matrix[at : at + 3]]
        reach = max(1.0, *map(abs, ours))
        assert ours == pytest.approx(theirs, abs=COPY_WITHIN * reach)
