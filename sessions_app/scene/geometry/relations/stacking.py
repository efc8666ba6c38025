"""Relations of height: on, under, above, below, inside, to_floor."""

import math
from collections.abc import Iterator, Mapping, Sequence

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.relations.room import nearest_free, row
from sessions_app.scene.geometry.relations.task import (
    CLOSE,
    FRONT,
    RIGHT,
    UP,
    Shifts,
    Task,
    beyond,
    covers,
)
from sessions_app.scene.geometry.vectors import Vector


def on(task: Task) -> Shifts:
    """Stand on the reference: where they are, if that is above it, else in its middle.

    Of a composed reference the highest solid below the center of the footprint counts, so a lower
    shelf that sticks out carries what is above it.
    """
    reference, solids = task.reference(), task.solids()
    shifts = {}
    for target, (x, z) in _spots(task, reference).items():
        base = _top(task, solids, reference, x, z) + task.gap
        shifts[target] = _stand(task.bounds(target), x, base, z)
    if len(shifts) == 1:
        return _beside_others(task, reference, shifts)
    return shifts


def above(task: Task) -> Shifts:
    """Hang over the top of the reference's bounds."""
    reference = task.reference()
    base = reference.high[UP] + task.gap
    return {
        target: _stand(task.bounds(target), x, base, z)
        for target, (x, z) in _spots(task, reference).items()
    }


def below(task: Task) -> Shifts:
    """Hang from the underside of the reference's bounds."""
    reference = task.reference()
    top = reference.low[UP] - task.gap
    return {
        target: _stand(task.bounds(target), x, top - task.bounds(target).size[UP], z)
        for target, (x, z) in _spots(task, reference).items()
    }


def under(task: Task) -> Shifts:
    """Stand on what is underneath the reference: the floor, a rug, a lower thing.

    Raises:
        InvalidValueError: if the room between that and the reference is too low for one of them.
    """
    reference, solids = task.reference(), task.solids()
    shifts = {}
    for target, (x, z) in _spots(task, reference).items():
        bounds = task.bounds(target)
        ceiling = _underside(task, solids, reference, x, z)
        others = task.others(Bounds((x, -math.inf, z), (x, math.inf, z)))
        ground = max(
            (other.high[UP] for other in others if _carries(other, x, z, ceiling)), default=0.0
        )
        room = ceiling - ground - task.gap
        if room < bounds.size[UP] - CLOSE:
            raise InvalidValueError(
                f"There is no room for {_name(task, target)} under the reference: it is"
                f" {bounds.size[UP]:.3g} high, and {max(0.0, room):.3g} are free. Make it lower,"
                " raise the reference, or place the reference on it."
            )
        shifts[target] = _stand(bounds, x, ground + task.gap, z)
    return shifts


def inside(task: Task) -> Shifts:
    """Be within the reference's bounds: on the lowest board with room, or in a solid's middle.

    Raises:
        InvalidValueError: if one of them is larger than the reference.
    """
    reference, solids = task.reference(), task.solids()
    shifts = {}
    for target, (x, z) in _spots(task, reference).items():
        bounds = task.bounds(target)
        if any(own > whole + CLOSE for own, whole in zip(bounds.size, reference.size, strict=True)):
            raise InvalidValueError(
                f"{_name(task, target)} does not fit inside the reference: it is"
                f" {_size(bounds)}, the reference {_size(reference)}. Make one of them fit."
            )
        x = _within(x, bounds.size[RIGHT], reference.low[RIGHT], reference.high[RIGHT])
        z = _within(z, bounds.size[FRONT], reference.low[FRONT], reference.high[FRONT])
        if not _is_one_piece(task, solids):
            base = _board(task, solids, reference, bounds, x, z) + task.gap
        else:
            base = reference.center[UP] - bounds.size[UP] / 2
        shifts[target] = _stand(bounds, x, base, z)
    return shifts


def to_floor(task: Task) -> Shifts:
    """Stand on the floor, each below or above where it is."""
    shifts = {}
    for target in task.targets:
        shifts[target] = (0.0, task.gap - task.bounds(target).low[UP], 0.0)
    return shifts


def _stand(bounds: Bounds, x: float, base: float, z: float) -> Vector:
    middle = bounds.base
    return (x - middle[RIGHT], base - middle[UP], z - middle[FRONT])


def _spots(task: Task, reference: Bounds) -> dict[str, tuple[float, float]]:
    """Where the middles of the footprints go: as they are, in the middle, or in a row."""
    every = {target: task.bounds(target) for target in task.targets}
    here = {name: (at.center[RIGHT], at.center[FRONT]) for name, at in every.items()}
    if all(covers(reference, *spot) for spot in here.values()) and _apart(list(every.values())):
        return here
    middle = reference.center
    if len(every) == 1:
        return dict.fromkeys(every, (middle[RIGHT], middle[FRONT]))
    axis = RIGHT if reference.size[RIGHT] >= reference.size[FRONT] else FRONT
    widths = [bounds.size[axis] for bounds in every.values()]
    centers = row(widths, reference.low[axis], reference.high[axis])
    if axis == RIGHT:
        spots = [(center, middle[FRONT]) for center in centers]
    else:
        spots = [(middle[RIGHT], center) for center in centers]
    return dict(zip(every, spots, strict=True))


def _apart(every: Sequence[Bounds]) -> bool:
    """Whether no two footprints overlap."""
    in_order = sorted(every)
    for index, one in enumerate(in_order):
        for other in in_order[index + 1 :]:
            if other.low[RIGHT] >= one.high[RIGHT] - CLOSE:
                break
            depth = one.overlap(other)
            if depth[RIGHT] > CLOSE and depth[FRONT] > CLOSE:
                return False
    return True


def _top(task: Task, solids: Mapping[str, Bounds], reference: Bounds, x: float, z: float) -> float:
    if _is_one_piece(task, solids):
        return reference.high[UP]
    heights = [task.height_at(solid, x, z) for solid in solids]
    return max((height for height in heights if height is not None), default=reference.high[UP])


def _underside(
    task: Task, solids: Mapping[str, Bounds], reference: Bounds, x: float, z: float
) -> float:
    """How high the first solid of the reference is from below; of a single one, its underside."""
    if _is_one_piece(task, solids):
        return reference.low[UP]
    return min((low for low, _ in _spans(task, solids, x, z)), default=reference.high[UP])


def _board(
    task: Task,
    solids: Mapping[str, Bounds],
    reference: Bounds,
    bounds: Bounds,
    x: float,
    z: float,
) -> float:
    """The lowest surface inside a composed reference on which something as high has room."""
    here = sorted(_spans(task, solids, x, z))
    ground = reference.low[UP]
    for low, high in here:
        if low - ground >= bounds.size[UP] - CLOSE:
            return ground
        ground = max(ground, high)
    if ground + bounds.size[UP] <= reference.high[UP] + CLOSE:
        return ground
    raise InvalidValueError(
        f"Nothing inside the reference leaves room for a height of {bounds.size[UP]:.3g}. Make it"
        " lower, or place it on the reference."
    )


def _is_one_piece(task: Task, solids: Mapping[str, Bounds]) -> bool:
    return len(solids) < 2 and not any(map(task.is_prop, solids))


def _spans(
    task: Task, solids: Mapping[str, Bounds], x: float, z: float
) -> Iterator[tuple[float, float]]:
    """Yield from where to where solids, and the parts of props, reach above a point."""
    for name, at in solids.items():
        if task.is_prop(name):
            yield from task.spans_at(name, x, z)
        elif _at(task, name, at, x, z):
            yield at.low[UP], at.high[UP]


def _at(task: Task, solid: str, bounds: Bounds, x: float, z: float) -> bool:
    return covers(bounds, x, z) and task.height_at(solid, x, z) is not None


def _carries(other: Bounds, x: float, z: float, ceiling: float) -> bool:
    return other.high[UP] <= ceiling + CLOSE and covers(other, x, z)


def _within(at: float, size: float, low: float, high: float) -> float:
    return min(max(at, low + size / 2), high - size / 2)


def _beside_others(task: Task, reference: Bounds, shifts: Shifts) -> Shifts:
    """Move what was centered to the nearest free place of a row, if something stands there."""
    [(target, shift)] = shifts.items()
    before = task.bounds(target)
    if covers(reference, before.center[RIGHT], before.center[FRONT]):
        return shifts
    there = before.moved(shift)
    axis = RIGHT if reference.size[RIGHT] >= reference.size[FRONT] else FRONT
    across = RIGHT + FRONT - axis
    (_, bottom, _), (_, top, _) = there
    low, high = list(there.low), list(there.high)
    low[axis], high[axis] = -math.inf, math.inf
    row_along = Bounds(vectors.vector(low), vectors.vector(high))
    near, far = there.low[across] + CLOSE, there.high[across] - CLOSE
    band = [
        other
        for other in task.others(row_along)
        if other.low[UP] < top - CLOSE and other.high[UP] > bottom + CLOSE
        if other.low[across] < far and other.high[across] > near
    ]
    half = there.size[axis] / 2
    blocked = [(other.low[axis] - half, other.high[axis] + half) for other in band]
    at = nearest_free(blocked, there.center[axis])
    if at - half < reference.low[axis] - CLOSE or at + half > reference.high[axis] + CLOSE:
        return shifts
    center = list(there.center)
    center[axis] = at
    return {target: vectors.add(shift, beyond(there, vectors.vector(center)))}


def _name(task: Task, target: str) -> str:
    return quoted(str(task.layout.objects[target].get("name", target)))


def _size(bounds: Bounds) -> str:
    return " by ".join(f"{length:.3g}" for length in bounds.size)
