"""What cannot be seen, is out of view, or has a size unlike all others."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sessions_app.scene.checks import volumes
from sessions_app.scene.checks.findings import Finding, called, change, listed, rounded, severity
from sessions_app.scene.checks.leaves import THIN, is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.document.kinds import COMPOSED_KINDS
from sessions_app.scene.geometry.layout import Bounds, Layout, is_solid
from sessions_app.scene.geometry.vectors import Vector

# How thick a fix makes what is too thin to be visible, in meters.
_THICK = 0.01
# An object this many times larger or smaller than the next is more often a mistaken unit than
# intended.
_BEYOND = 25.0
# A wall is at most this share of its length thick, and covers at least this share of a side.
_WALL_THICKNESS, _MOST = 0.1, 0.6
# What is so many times as long as wide is long on purpose.
_LONG = 20.0
# With fewer objects there is nothing to compare with.
_FEWEST = 3


def find_invisible(around: Surroundings) -> Iterator[Finding]:
    """Find solids that should be visible but are not."""
    for name in around.affected:
        if _is_clear(around, name) or around.leaves[name].is_line:
            yield Finding("invisible", (name,), severity("invisible", 2.0), (name,))


def _is_clear(around: Surroundings, name: str) -> bool:
    material = around.layout.objects[name].get("material") or {}
    return bool(material.get("opacity", 1) <= 0)


def find_out_of_view(around: Surroundings, shows: Callable[[Bounds], bool]) -> Iterator[Finding]:
    """Find objects entirely outside the active camera's view, as one finding.

    Excepted are the ground and walls around the scene: a camera close to things looks past them.

    Args:
        around: all solids.
        shows: whether some of what has these world bounds is in the picture.
    """
    tops = dict.fromkeys(
        leaf.top
        for leaf in map(around.leaves.__getitem__, sorted(around.affected))
        if not leaf.is_excused
    )
    every = ((top, around.bounds(top)) for top in tops)
    outside = [
        top
        for top, bounds in every
        if not (is_ground(bounds) or shows(bounds) or _is_wall(bounds, around.subject))
    ]
    if outside:
        leaves = tuple(name for top in outside for name in around.members(top))
        share = len(outside) / len(around.tops)
        yield Finding("out_of_view", tuple(outside), severity("out_of_view", share), leaves)


def _is_wall(bounds: Bounds, scene: Bounds | None) -> bool:
    """Whether it is a thin side of the scene's bounds, and covers most of that side."""
    if scene is None:
        return False
    size, whole = bounds.size, scene.size
    for axis in range(3):
        is_side = (
            bounds.low[axis] <= scene.low[axis] + THIN
            or bounds.high[axis] >= scene.high[axis] - THIN
        )
        others = [other for other in range(3) if other != axis]
        is_thin = size[axis] <= _WALL_THICKNESS * min(size[other] for other in others)
        if is_side and is_thin and all(size[at] >= _MOST * whole[at] for at in others):
            return True
    return False


def find_sizes(around: Surroundings, eye: Vector | None) -> Iterator[Finding]:
    """Find the one object beyond all others in size, and the one below all others.

    Args:
        around: all solids.
        eye: where the active camera is; a solid around it is a room or a sky.
    """
    in_order = around.outermost.by_size
    if len(in_order) < _FEWEST:
        return
    for ends in (in_order, reversed(in_order)):
        compared = (item for item in ends if _has_size(around, item[1], eye))
        pair = list(itertools.islice(compared, 2))
        if len(pair) == 2:
            yield from _compare(around, *pair)


def _compare(
    around: Surroundings, one: tuple[float, str], other: tuple[float, str]
) -> Iterator[Finding]:
    """Compare the largest or smallest object with the next one."""
    ratio = _times(around, *sorted((one, other)))
    members = around.members(one[1])
    if ratio > _BEYOND and not around.affected.isdisjoint(members):
        yield Finding("size", one[1:], severity("size", ratio / 100), tuple(members))


def _times(around: Surroundings, small: tuple[float, str], large: tuple[float, str]) -> float:
    """How many times as large one is; of what is long, as a road, its width counts."""
    _, across, length = sorted(around.bounds(large[1]).size)
    return (across if length > _LONG * across else large[0]) / max(small[0], THIN)


def _has_size(around: Surroundings, top: str, eye: Vector | None) -> bool:
    """Whether its size counts: the ground, a sky, patterns and invisible things have none."""
    if is_ground(around.bounds(top)):
        return False
    leaves = [around.leaves[name] for name in around.members(top)]
    # A pattern is as large as it is long: a fence is no mistaken unit.
    if any(leaf.copies or leaf.is_line for leaf in leaves):
        return False
    return eye is None or not any(volumes.contains(leaf.kind, leaf.box, eye) for leaf in leaves)


def explain(around: Surroundings, found: Finding, eye: Vector | None) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module, seen from where it was found."""
    layout = around.layout
    if found.kind == "out_of_view":
        verb = "is" if len(found.ids) == 1 else "are"
        words = f"{listed(layout, found.ids)} {verb} outside the camera's view"
        return words, {"tool": "set_camera", "arguments": {}}
    if found.kind == "size":
        return _explain_size(around, found.ids[0], eye)
    [name] = found.ids
    target = called(layout, name)
    if _is_clear(around, name):
        return f"{target} is invisible: its opacity is 0", change({"target": target, "opacity": 1})
    sides = [2 * value for value in around.leaves[name].box.half]
    words = f"{target} is invisible: its size is {' by '.join(map(rounded, sides))}"
    if around.leaves[name].copies is None:
        return words, change({"target": target, "size": _thickened(sides)})
    # Copies that are all flat cannot be stretched: what is repeated can.
    units = [each for each in layout.descendants(name) if is_solid(layout.objects[each])]
    sizes = ((each, layout.objects[each]["size"]) for each in units)
    return words, change(
        *({"target": called(layout, each), "size": _thickened(size)} for each, size in sizes)
    )


def _thickened(sides: Iterable[float]) -> list[float]:
    return [side if side >= THIN else _THICK for side in sides]


def _explain_size(around: Surroundings, top: str, eye: Vector | None) -> tuple[str, dict[str, Any]]:
    own = (around.bounds(top).diagonal, top)
    others = [
        item
        for item in around.outermost.by_size
        if item[1] != top and _has_size(around, item[1], eye)
    ]
    name = called(around.layout, top)
    if own > others[-1]:
        times = _times(around, others[-1], own)
        words, factor = f"{name} is {times:.0f} times as large as anything else", 1 / times
    else:
        factor = _times(around, own, others[0])
        words = f"everything else is at least {factor:.0f} times as large as {name}"
    by = float(f"{factor:.3g}")
    sized = _sized(around.layout, top)
    return words, change(
        *({"target": called(around.layout, each), "scale_by": by} for each in sized)
    )


def _sized(layout: Layout, top: str) -> Iterator[str]:
    """Yield what can be scaled of an object: lights and cameras cannot, what is in them can."""
    kind = layout.objects[top]["kind"]
    if is_solid(layout.objects[top]) or kind in COMPOSED_KINDS:
        yield top
        return
    for child in layout.children(top):
        yield from _sized(layout, child)
