"""Where the server takes things to be is where three.js draws them."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.simulation.servers import PROJECT
from tests.support.waiting import WITHIN_SECONDS

SCRIPT = Path("tests/support/drawn_bounds.js")
FLAT = ("box", "plane")
ROUND = ("sphere", "cylinder", "cone", "capsule", "torus", "ring")
FLAT_WITHIN, ROUND_WITHIN = 0.001, 0.01  # meters, and a share of the diagonal


@pytest.fixture(scope="module")
def three() -> Iterator["subprocess.Popen[str]"]:
    """three.js, which is sent objects and says where it draws them."""
    with subprocess.Popen(
        [PROJECT / ".venv/bin/node", SCRIPT],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(WITHIN_SECONDS)


_numbers = st.floats(-20, 20).map(lambda number: round(number, 3))
_triples = st.tuples(_numbers, _numbers, _numbers).map(list)
_angles = st.tuples(*[st.floats(-180, 180).map(lambda angle: round(angle, 2))] * 3).map(list)
_lengths = st.floats(0.05, 20).map(lambda length: round(length, 3))
_sizes = st.tuples(_lengths, _lengths, _lengths).map(list)


@st.composite
def _objects(draw: st.DrawFn) -> dict[str, Any]:
    """Up to eight things, nested up to four deep."""
    objects: dict[str, Any] = {}
    depths: dict[str, int] = {}
    for number in range(draw(st.integers(1, 8))):
        parents = [name for name, depth in depths.items() if depth < 4]
        parent = draw(st.sampled_from([None, *parents]))
        kind = draw(st.sampled_from(["group", *FLAT, *ROUND]))
        entity = {"kind": kind, "parent": parent, "position": draw(_triples)}
        entity["rotation"] = draw(_angles)
        if kind != "group":
            entity["size"] = draw(_sizes)
        name = f"o{number}"
        objects[name] = entity
        depths[name] = depths[parent] + 1 if parent else 1
    return objects


def _within(objects: dict[str, Any], layout: Layout, name: str) -> float:
    """How far apart the two may be: round shapes are drawn as many flat faces."""
    inside = [objects[each] for each in layout.solids(name)]
    if all(each["kind"] in FLAT for each in inside):
        return FLAT_WITHIN
    return ROUND_WITHIN * max(vectors.length(vectors.vector(each["size"])) for each in inside)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example({
    "o0": {"kind": "torus", "position": [1, 2, 3], "size": [3, 0.4, 1.5], "rotation": [30, 40, 50]},
    "o1": {"kind": "torus", "position": [1, 2, 3], "size": [0.2, 1, 4], "rotation": [0, 90, 45]},
})  # fmt: skip
@given(_objects())
def test_bounds_are_as_drawn(three: "subprocess.Popen[str]", objects: dict[str, Any]) -> None:
    assert three.stdin is not None
    assert three.stdout is not None
    three.stdin.write(json.dumps(objects) + "\n")
    three.stdin.flush()
    drawn = json.loads(three.stdout.readline())
    layout = Layout(objects)
    for name in objects:
        extent = layout.extent(name)
        if extent is None:
            assert drawn[name][0][0] is None or drawn[name][0][0] > drawn[name][1][0]
            continue
        within = _within(objects, layout, name)
        for ours, theirs in zip(extent, drawn[name], strict=True):
            apart = max(abs(one - other) for one, other in zip(ours, theirs, strict=True))
            assert apart <= within, (name, extent, drawn[name])
