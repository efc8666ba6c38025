"""What patterns repeat, checked by itself: parts of it that touch nothing do so in every copy."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sessions_app.scene.checks import supports
from sessions_app.scene.checks.findings import Finding
from sessions_app.scene.checks.leaves import TOUCHING
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry.layout import Layout

# Of larger sources, and of more patterns in one check, nothing is said.
_MOST_INSIDE, _MOST_PATTERNS = 100, 20


def find_loose(around: Surroundings) -> Iterator[Finding]:
    """Find parts in patterns that are connected to nothing else of what is repeated."""
    patterns = [
        name
        for name in sorted(around.affected)
        if around.leaves[name].copies
        and not (around.leaves[name].is_excused or _leans(around, name))
    ]
    for pattern in islice(patterns, _MOST_PATTERNS):
        for found, _ in _loose_in(around, pattern):
            yield found._replace(leaves=(pattern,))


def explain(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]] | None:
    """The sentence and the fix of a finding of this module; None of one of another."""
    [pattern, *others] = found.leaves
    if others or around.leaves[pattern].copies is None:
        return None
    for each, alone in _loose_in(around, pattern):
        if each.ids == found.ids:
            return supports.explain(alone, each)
    return None


def _leans(around: Surroundings, pattern: str) -> bool:
    """Whether copies touch more than what carries them: panes are held by their wall."""
    base = around.leaves[pattern].bounds.low[1] + 2 * TOUCHING
    touched = around.contacts.get(pattern, ())
    return any(around.leaves[other].bounds.high[1] > base for other in touched)


def _loose_in(around: Surroundings, pattern: str) -> Iterator[tuple[Finding, Surroundings]]:
    alone = _alone(around.layout, pattern)
    if alone is not None:
        for found in supports.find_unsupported(alone):
            if found.kind == "loose":
                yield found, alone


def _alone(layout: Layout, pattern: str) -> Surroundings | None:
    """Return what a pattern repeats as a scene of its own, in which it stands on the floor."""
    inside = list(islice(layout.descendants(pattern), _MOST_INSIDE + 1))
    if not 2 <= len(inside) <= _MOST_INSIDE:
        return None
    objects = {each: layout.objects[each] for each in inside}
    lowest = layout.objects[pattern]["bounds"][1]
    for child in layout.children(pattern):
        entity = {name: value for name, value in objects[child].items() if name != "parent"}
        x, y, z = entity["position"]
        objects[child] = {**entity, "position": [x, y - lowest, z]}
    return Surroundings(Layout(objects))
