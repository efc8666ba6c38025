"""What solids take of the floor and of the tops of things, where others are to find room."""

import math
from collections.abc import Iterable, Iterator

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout, is_solid

# What is higher than this above the floor has room below, in meters.
_HEADROOM = 2.0


def top_of(layout: Layout, support: str) -> Bounds | None:
    """Return the bounds whose top carries things: of a solid without what sticks out of it."""
    if is_solid(layout.objects[support]):
        return layout.solid_extent(support)
    return layout.extent(support)


def columns(layout: Layout, solids: Iterable[str], parent: str | None) -> Iterator[Bounds]:
    """Yield what solids take of the floor of a parent's space: what is below a table is taken."""
    frame = layout.frame(parent)
    for solid in solids:
        low, high = layout.solid_extent(solid, frame)
        if 0 < low[1] < _HEADROOM:
            low = (low[0], 0.0, low[2])
        yield Bounds(low, high)


def on_top(top: Bounds | None, bounds: Bounds) -> Iterator[Bounds]:
    """Yield what a solid takes of the top of something, seen from the middle of that.

    What is beside it, as the wall that it stands against, takes nothing.
    """
    if top is None or min(top.overlap(bounds)[0], top.overlap(bounds)[2]) <= 0:
        return
    if bounds.high[1] > top.high[1]:
        low, high = bounds.moved(vectors.scale((top.base[0], top.high[1], top.base[2]), -1))
        # However flat, nothing else is put there.
        yield Bounds((low[0], 0.0, low[2]), (high[0], math.inf, high[2]))
