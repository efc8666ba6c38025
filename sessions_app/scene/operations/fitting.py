"""Keeps patterns in step with what they repeat, and below the limit of drawn copies."""

from collections.abc import Iterator

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.arrangement import MAX_COPIES
from sessions_app.scene.document.graph import Graph
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.layout import Bounds, Layout, is_pattern, is_solid, united

# Bounds that differ by no more stay as they are, in meters: to scatter anew by less would move all.
_SAME = 2e-6


def fit_patterns(edit: Edit) -> None:
    """Store the bounds of what patterns repeat, where the edit touched that.

    Raises:
        InvalidValueError: more copies would be drawn than pages can draw.
    """
    patterns = list(_touched_patterns(edit))
    if not patterns:
        return
    _require_drawable(Layout(edit.document["objects"]), patterns[-1])
    for pattern in patterns:
        bounds = unit_bounds(Layout(edit.document["objects"]), pattern)
        if bounds is not None:
            stored = rounded([*bounds.low, *bounds.high])
            now = edit.get(("objects", pattern, "bounds"))
            if any(abs(one - other) > _SAME for one, other in zip(stored, now, strict=True)):
                edit.set(("objects", pattern), "bounds", stored)


def unit_bounds(layout: Layout, pattern: str) -> Bounds | None:
    """Return the bounds of what a pattern repeats, in its own space; None around nothing."""
    inside = layout.frame(pattern)
    every = (layout.extent(child, inside) for child in layout.children(pattern))
    return united(bounds for bounds in every if bounds)


def _touched_patterns(edit: Edit) -> Iterator[str]:
    """Yield the patterns that were touched or have something touched in them, inner ones first."""
    objects, found = edit.objects, set[str]()
    for graph in (Graph(edit.original["objects"]), Graph(objects)):
        for _, name in (key for key in edit.touched if key[0] == "objects"):
            for above in (name, *graph.ancestors(name)) if name in graph.objects else ():
                if above in objects and is_pattern(objects[above]):
                    found.add(above)
    level_of = Graph(objects).level
    yield from sorted(found, key=lambda name: (-level_of(name), name))


def _require_drawable(layout: Layout, name: str) -> None:
    drawn = sum(drawn_copies(layout, top) for top in layout.children(None))
    if drawn > MAX_COPIES:
        entity = layout.objects[name]
        count = entity["arrangement"]["count"]
        parts = sum(_drawn(layout, child) for child in layout.children(name))
        left = max(0, MAX_COPIES - drawn + count * parts)
        raise InvalidValueError(
            f"A scene draws at most {MAX_COPIES} copies, each part of what is repeated counted by"
            f" itself; with {count} times {parts} in {quoted(entity['name'])} this would be"
            f" {drawn}. Give it a count of at most {left // max(1, parts)}, or fewer parts."
        )


def drawn_copies(layout: Layout, top: str) -> int:
    """Return how many solids the patterns in an object draw."""
    if is_pattern(layout.objects[top]):
        return _drawn(layout, top)
    return sum(drawn_copies(layout, child) for child in layout.children(top))


def _drawn(layout: Layout, name: str) -> int:
    entity = layout.objects[name]
    inside = sum(_drawn(layout, child) for child in layout.children(name))
    if is_pattern(entity):
        return int(entity["arrangement"]["count"] - len(entity.get("without", ()))) * inside
    return inside + is_solid(entity)
