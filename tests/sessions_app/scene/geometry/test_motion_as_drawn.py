"""How things move as the page places them: from rest on, without jumps, and again and again."""

import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.motion import swept
from tests.support.examples import examples
from tests.support.node_scripts import node_script
from tests.support.operations import step_of

# Matrices of the world by id, each of 16 numbers by columns.
Places: TypeAlias = dict[str, list[float]]

SCRIPT = Path("tests/support/drawn_motion.js")
NOW = 1_800_000_000.0
THING, SUN, ARM = "o7", "o5", "o6"
WITHIN = 1e-4  # of numbers of some meters, at moments with six decimals


class Page:
    """The page's own modules, which are sent objects and say where they are at each time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def places(self, document: Document, *seconds: float) -> list[Places]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        times = [NOW + each for each in seconds]
        self._process.stdin.write(json.dumps({"objects": document["objects"], "times": times}))
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[Places] = json.loads(self._process.stdout.readline())
        return found


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with node_script(SCRIPT) as process:
        yield Page(process)


_numbers = st.floats(-5, 5).map(lambda number: round(number, 3))
_triples = st.tuples(_numbers, _numbers, _numbers).map(list)
_angles = st.tuples(*[st.floats(0, 360).map(lambda angle: round(angle, 2))] * 3).map(list)
_periods = st.floats(0.5, 20).map(lambda seconds: round(seconds, 2))
_manner = st.fixed_dictionaries(
    {"period": _periods},
    optional={
        "easing": st.sampled_from(["linear", "ease_in", "ease_out", "ease_in_out"]),
        "loop": st.sampled_from(["repeat", "back_and_forth"]),
    },
)
_axes = st.fixed_dictionaries({}, optional={"axis": _triples.filter(any)})
_pivots = st.fixed_dictionaries(
    {}, optional={"pivot": st.sampled_from(["center", "base", "top", "left", "front"])}
)


def _motion(name: str, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Any]:
    joined = st.tuples(_manner, *parts).map(
        lambda given: {k: v for d in given for k, v in d.items()}
    )
    return joined.map(lambda given: {"motion": name, **given})


def _amounts(least: float, most: float) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={"amount": st.floats(least, most)})


_turns = st.fixed_dictionaries({"amount": st.sampled_from([360.0, -360.0, 720.0])})
_around: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"around": "sun"}, {"around": "arm"}, {"around": [0.5, 1.0, -2.0]}]
)
_points = st.fixed_dictionaries(
    {"points": st.lists(_triples, min_size=1, max_size=4), "turn": st.just(value=False)}
)
_frames = st.fixed_dictionaries(
    {
        "keyframes": st.lists(
            st.fixed_dictionaries(
                {"time": st.integers(1, 9).map(float), "position": _triples},
                optional={"rotation": _angles, "scale": st.floats(0.5, 2)},
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda frame: frame["time"],
        ),
        "period": st.just(40.0),
        "loop": st.sampled_from(["once", "back_and_forth"]),
    }
)
motions = st.one_of(
    _motion("spin", _turns, _axes, _pivots),
    _motion("orbit", _turns, _axes, _around),
    _motion("bounce", _amounts(-3, 3), _axes),
    _motion("float", _amounts(-3, 3), _axes),
    _motion("pulse", _amounts(-0.9, 2), _pivots),
    _motion("sway", _amounts(-90, 90), _axes, _pivots),
    _motion("path", _points),
    _motion("keyframes", _frames),
)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    """A sun, and a thing on an arm that is turned somehow."""
    document = new_document("empty")
    document["objects"] |= {
        SUN: {"name": "sun", "kind": "sphere", "position": draw(_triples), "size": [1, 1, 1]},
        ARM: {"name": "arm", "kind": "group", "position": draw(_triples)},
        THING: {"name": "thing", "kind": "box", "position": draw(_triples), "parent": ARM},
    }
    document["objects"][ARM]["rotation"] = draw(_angles)
    document["objects"][THING] |= {"size": [1, 2, 0.5], "rotation": draw(_angles)}
    document["next"] = 8
    return document


def _animated(document: Document, *animations: dict[str, Any]) -> Document:
    asked = [{"target": "thing", **each} for each in animations]
    try:
        return step_of("animate", at=NOW, animations=asked)(document).after
    except InvalidValueError as error:  # an orbit about itself, a path that leads nowhere
        assume("stands on the axis" not in str(error) and "is missing" not in str(error))
        raise


def _apart(one: list[float], other: list[float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _ends_of(document: Document) -> list[float]:
    return [each["period"] for each in document["objects"][THING]["animation"].values()]


properties = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@properties
@given(_documents(), st.lists(motions, min_size=1, max_size=3, unique_by=lambda m: m["motion"]))
def test_everything_begins_at_rest(
    page: Page, document: Document, asked: list[dict[str, Any]]
) -> None:
    moving = _animated(document, *asked)
    [rest] = page.places(document, 0)
    earlier, begin = page.places(moving, -3, 0)
    for id_ in (THING, ARM, SUN):
        assert _apart(rest[id_], begin[id_]) < WITHIN
        assert _apart(rest[id_], earlier[id_]) < WITHIN


@properties
@given(_documents(), motions, st.floats(0, 1))
def test_what_goes_on_for_ever_is_the_same_after_each_period(
    page: Page, document: Document, asked: dict[str, Any], share: float
) -> None:
    assume(asked.get("loop") != "once")
    moving = _animated(document, asked)
    [period] = _ends_of(moving)
    once, again, later = page.places(moving, *((turn + share) * period for turn in (0, 1, 7)))
    assert _apart(once[THING], again[THING]) < WITHIN
    assert _apart(once[THING], later[THING]) < WITHIN


@properties
@given(_documents(), motions | _motion("spin", _amounts(-400, 400), _axes), st.floats(0, 2.5))
def test_nothing_jumps(page: Page, document: Document, asked: dict[str, Any], share: float) -> None:
    moving = _animated(document, asked)
    [period] = _ends_of(moving)
    for at in (share * period, period):  # also where a cycle ends
        before, after = page.places(moving, at - period / 20_000, at + period / 20_000)
        # The longest path is some 100 m, the widest turn that of an arm of some 20 m.
        assert _apart(before[THING], after[THING]) < 0.1


@properties
@given(_documents(), motions, st.integers(1, 3))
def test_what_moves_so_many_times_stays_as_it_ends(
    page: Page, document: Document, asked: dict[str, Any], times: int
) -> None:
    asked = {name: value for name, value in asked.items() if value != "once"}
    moving = _animated(document, {**asked, "times": times})
    [period] = _ends_of(moving)
    end, later, much_later = page.places(moving, times * period, times * period + 1, 1e6)
    assert _apart(end[THING], later[THING]) < WITHIN
    assert later[THING] == much_later[THING]


@properties
@given(_documents(), _motion("orbit", _turns, _axes), _motion("path", _points), st.floats(0, 40))
def test_an_orbit_keeps_its_distance_from_what_moves_itself(
    page: Page, document: Document, orbit: dict[str, Any], path: dict[str, Any], seconds: float
) -> None:
    moving = _animated(
        document, {**path, "target": "sun"}, {**orbit, "around": "sun", "target": "thing"}
    )
    rest, now = (
        math.dist(places[THING][12:15], places[SUN][12:15])
        for places in page.places(moving, 0, seconds)
    )
    assert now == pytest.approx(rest, abs=WITHIN)


@properties
@given(
    _documents(),
    st.one_of(
        _motion("orbit", _turns, _axes, _around),
        _motion("bounce", _amounts(-3, 3), _axes),
        _motion("keyframes", _frames),
    ),
    _motion("float", _amounts(-3, 3), _axes),
    st.lists(st.floats(0, 40), min_size=8, max_size=8),
)  # fmt: skip
def test_nothing_comes_where_it_is_not_expected(
    page: Page,
    document: Document,
    asked: dict[str, Any],
    carrying: dict[str, Any],
    seconds: list[float],
) -> None:
    moving = _animated(document, asked, {**carrying, "target": "arm"})
    bounds = swept(Layout(moving["objects"]), THING)
    assert bounds is not None
    for places in page.places(moving, *seconds):
        for low, at, high in zip(bounds.low, places[THING][12:15], bounds.high, strict=True):
            assert low - WITHIN <= at <= high + WITHIN
