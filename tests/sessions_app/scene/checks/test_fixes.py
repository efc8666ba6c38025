"""Whatever is odd in a scene of chance: the fix of an oddity makes that oddity go away."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.checks import View
from tests.sessions_app.scene.checks.mending import mended, oddities
from tests.support.examples import examples
from tests.support.small_scenes import Objects, group, named, solid

_turns = st.one_of(
    st.just((0, 0, 0)),
    st.tuples(st.just(0), st.integers(-180, 180), st.just(0)),
    st.tuples(*[st.integers(-180, 180)] * 3),
)
_spots = st.tuples(st.floats(-2, 2), st.floats(-0.5, 3), st.floats(-2, 2))
_solids = st.builds(
    lambda kind, size, position, turn: solid(kind, size, position, rotation=list(turn)),
    st.sampled_from(["box", "box", "sphere", "cylinder", "cone"]),
    st.tuples(*[st.floats(0.1, 2)] * 3),
    _spots,
    _turns,
)


@st.composite
def scenes(draw: st.DrawFn) -> Objects:
    """Loose solids, and a turned group of some more with a group of its own."""
    objects: dict[str, Any] = {f"s{n}": draw(_solids) for n in range(draw(st.integers(1, 4)))}
    parts = draw(st.integers(0, 4))
    if parts:
        objects["g"] = group(draw(_spots), rotation=list(draw(_turns)))
        objects["h"] = group((0.5, 0.5, 0), parent="g")
    for n in range(parts):
        objects[f"p{n}"] = {**draw(_solids), "parent": "gh"[n % 2]}
    return named(objects)


@settings(deadline=None, max_examples=examples(60))
@given(scenes())
def test_the_fix_of_an_oddity_makes_it_go_away(objects: Objects) -> None:
    for odd in oddities(objects, View((50, 50, 50), lambda _: True)):
        after = oddities(mended(objects, odd.fix))
        assert (odd.kind, odd.ids) not in [(each.kind, each.ids) for each in after], odd
