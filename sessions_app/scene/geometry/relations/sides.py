"""Relations of the ground plane: beside, between, against, around, align, distribute."""

import itertools
import math
from collections.abc import Sequence

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.relations.room import row
from sessions_app.scene.geometry.relations.task import (
    CLOSE,
    FRONT,
    RIGHT,
    UP,
    Shifts,
    Task,
    along,
    beyond,
)
from sessions_app.scene.geometry.vectors import Vector


def beside(task: Task, axis: int, sign: int) -> Shifts:
    """Stand in a row outward from one side of the reference, at the height of its base.

    Args:
        task: the placement.
        axis: RIGHT or FRONT.
        sign: 1 for the side toward the axis, -1 for the other one.
    """
    reference = task.reference()
    edge = reference.high[axis] if sign > 0 else reference.low[axis]
    shifts = {}
    for target in task.targets:
        bounds = task.bounds(target)
        edge += sign * task.gap
        center = list(reference.center)
        center[axis] = edge + sign * bounds.size[axis] / 2
        center[UP] = reference.low[UP] + bounds.size[UP] / 2
        shifts[target] = beyond(bounds, vectors.vector(center))
        edge += sign * bounds.size[axis]
    return shifts


def between(task: Task) -> Shifts:
    """Stand on the straight line between two references, with equal spaces in the free part."""
    one, other = task.reference(0), task.reference(1)
    way = vectors.subtract(other.center, one.center)
    free = [-depth for depth in one.overlap(other)]
    axis = max((RIGHT, FRONT, UP), key=lambda each: free[each])
    if way[axis] < 0:
        one, other, way = other, one, vectors.scale(way, -1)
    bounds = [task.bounds(target) for target in task.targets]
    start, end = sorted((one.high[axis], other.low[axis]))
    ats = row([each.size[axis] for each in bounds], start, end)
    shifts = {}
    for target, own, at in zip(task.targets, bounds, ats, strict=True):
        # In one another, the two have no direction: then all stands at their middle.
        part = (at - one.center[axis]) / way[axis] if abs(way[axis]) > CLOSE else 0.5
        center = list(vectors.add(one.center, vectors.scale(way, part)))
        center[axis] = at
        if axis != UP:
            center[UP] = min(one.low[UP], other.low[UP]) + own.size[UP] / 2
        shifts[target] = beyond(own, vectors.vector(center))
    return shifts


def against(task: Task) -> Shifts:
    """Touch the side of the reference that looks to the target, at the height they have.

    A side is one of the four around; of a thing that lies, above or below which the target is,
    its top or underside: a lamp goes against the ceiling.
    """
    reference = task.reference()
    bounds = [task.bounds(target) for target in task.targets]
    axis, sign = _facing_side(reference, bounds[0])
    shifts = {
        target: along(axis, _touch(reference, own, axis, sign, task.gap))
        for target, own in zip(task.targets, bounds, strict=True)
    }
    across = FRONT if axis == RIGHT else RIGHT
    places = [own.moved(shifts[target]) for target, own in zip(task.targets, bounds, strict=True)]
    for target, at in _along_side(places, task.targets, reference, across).items():
        shifts[target] = vectors.add(shifts[target], along(across, at))
    if axis == UP:
        for target, own in zip(task.targets, bounds, strict=True):
            forward = along(FRONT, _into(own, reference, FRONT))
            shifts[target] = vectors.add(shifts[target], forward)
    return shifts


def _facing_side(reference: Bounds, target: Bounds) -> tuple[int, int]:
    free = [-depth for depth in reference.overlap(target)]
    axis = max((RIGHT, FRONT), key=lambda each: free[each])
    lies = reference.size[UP] <= min(reference.size[RIGHT], reference.size[FRONT])
    if lies and free[axis] < -CLOSE and free[UP] > free[axis]:
        axis = UP
    return axis, 1 if target.center[axis] >= reference.center[axis] else -1


def _touch(reference: Bounds, own: Bounds, axis: int, sign: int, gap: float) -> float:
    if sign > 0:
        return reference.high[axis] + gap - own.low[axis]
    return reference.low[axis] - gap - own.high[axis]


def _along_side(
    places: Sequence[Bounds], targets: Sequence[str], reference: Bounds, across: int
) -> dict[str, float]:
    """How far each moves along the side: none, back to the side, or into a row along it."""
    in_order = sorted(places, key=lambda each: each.low[across])
    apart = all(
        one.high[across] <= other.low[across] + CLOSE for one, other in itertools.pairwise(in_order)
    )
    if apart:
        return {
            target: _into(place, reference, across)
            for target, place in zip(targets, places, strict=True)
        }
    widths = [place.size[across] for place in places]
    centers = row(widths, reference.low[across], reference.high[across])
    return {
        target: center - place.center[across]
        for target, place, center in zip(targets, places, centers, strict=True)
    }


def _into(place: Bounds, reference: Bounds, axis: int) -> float:
    """How far to move along an axis to be within the reference's side; 0 if the middle is."""
    low, high = reference.low[axis], reference.high[axis]
    center = place.center[axis]
    if low - CLOSE <= center <= high + CLOSE:
        return 0.0
    half = min(place.size[axis], high - low) / 2
    return min(max(center, low + half), high - half) - center


def around(task: Task) -> Shifts:
    """Stand around the reference at equal angles, the first in front, then to the right.

    Each is as near as its and the reference's bounds allow with the gap; all are pushed out alike
    if they would overlap one another.
    """
    reference = task.reference()
    bounds = [task.bounds(target) for target in task.targets]
    offsets = []
    for index, own in enumerate(bounds):
        angle = 2 * math.pi * index / len(bounds)
        toward = (math.sin(angle), math.cos(angle))
        reach = [(reference.size[axis] + own.size[axis]) / 2 + task.gap for axis in (RIGHT, FRONT)]
        offsets.append(_times(toward, _clear(toward, reach)))
    factor = _spread(offsets, bounds)
    middle = reference.center
    shifts = {}
    for target, own, offset in zip(task.targets, bounds, offsets, strict=True):
        x, z = _times(offset, factor)
        height = reference.low[UP] + own.size[UP] / 2
        shifts[target] = beyond(own, (middle[RIGHT] + x, height, middle[FRONT] + z))
    return shifts


def _spread(offsets: Sequence[tuple[float, float]], bounds: Sequence[Bounds]) -> float:
    factor = 1.0
    for index, (one, own) in enumerate(zip(offsets, bounds, strict=True)):
        for other, its in zip(offsets[index + 1 :], bounds[index + 1 :], strict=True):
            between_them = (other[0] - one[0], other[1] - one[1])
            reach = [(own.size[axis] + its.size[axis]) / 2 for axis in (RIGHT, FRONT)]
            factor = max(factor, _clear(between_them, reach))
    return factor


def _clear(toward: tuple[float, float], reach: Sequence[float]) -> float:
    """How many times as far two boxes must be apart in a direction so that they do not overlap."""
    factors = [reach[axis] / abs(toward[axis]) for axis in (0, 1) if abs(toward[axis]) > CLOSE]
    return min(factors, default=1.0)


def _times(toward: tuple[float, float], factor: float) -> tuple[float, float]:
    return (toward[0] * factor, toward[1] * factor)


def align(task: Task) -> Shifts:
    """Align with the reference along one axis: the middles, or along y the bases.

    Without an axis it is the horizontal one along which they deviate least.
    """
    reference = task.reference()
    bounds = {target: task.bounds(target) for target in task.targets}
    axis = task.axis

    def off(each: int) -> float:
        return sum(abs(own.center[each] - reference.center[each]) for own in bounds.values())

    if axis is None:
        axis = min((FRONT, RIGHT), key=off)
    return {
        target: along(
            axis,
            reference.low[UP] - own.low[UP]
            if axis == UP
            else reference.center[axis] - own.center[axis],
        )
        for target, own in bounds.items()
    }


def distribute(task: Task) -> Shifts:
    """Leave equal spaces along one axis, in the order in which they stand.

    Over the reference, with the same space at both ends; without one between the first and the
    last, which stay, or, with a gap, exactly so far apart from the first on. Without an axis it is
    the one along which the reference is longest or the targets are farthest apart.
    """
    bounds = {target: task.bounds(target) for target in task.targets}
    axis = task.axis if task.axis is not None else _longest(task, list(bounds.values()))
    names = sorted(bounds, key=lambda name: bounds[name].center[axis])
    widths = [bounds[name].size[axis] for name in names]
    if task.references:
        reference = task.reference()
        centers = row(widths, reference.low[axis], reference.high[axis])
    else:
        start, end = bounds[names[0]].low[axis], bounds[names[-1]].high[axis]
        free = (end - start - sum(widths)) / max(1, len(names) - 1)
        space = task.gap or max(0.0, free)
        centers = []
        for width in widths:
            centers.append(start + width / 2)
            start += width + space
    return {
        name: along(axis, center - bounds[name].center[axis])
        for name, center in zip(names, centers, strict=True)
    }


def _longest(task: Task, bounds: Sequence[Bounds]) -> int:
    if task.references:
        size = task.reference().size
        return RIGHT if size[RIGHT] >= size[FRONT] else FRONT
    centers: list[Vector] = [own.center for own in bounds]
    spans = [max(values) - min(values) for values in zip(*centers, strict=True)]
    return max((RIGHT, FRONT, UP), key=lambda axis: spans[axis])
