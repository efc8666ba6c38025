"""What stands on something goes along with it: the cup on a table that is moved, or made lower."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from sessions_app.scene.checks.known import layout_of
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.document.locks import lock_of
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.relations import Placement, place
from sessions_app.scene.geometry.vectors import Frame
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.numbers import stored_numbers

# Of frames worked out in two ways, in meters.
_SAME = 1e-9
# What says where an object is: who changes that of a rider moves it on purpose.
_PLACE = ("position", "rotation", "parent", "contact", "size")


def carry(draft: Draft) -> list[str]:
    """Move what is declared to stand on, or hang on, what was moved, turned or resized.

    What the same call placed itself, what is locked and what has come along as a part stay as they
    are.

    Returns:
        The ids of what was carried.
    """
    before = layout_of(draft.edit.original["objects"])
    touched = [key[1] for key in draft.edit.touched if key[0] == "objects" and len(key) > 1]
    queue, carried = [*dict.fromkeys(_existing(draft, before, touched))], dict[str, None]()
    for support in queue:
        for rider in _riders(draft, before, support):
            if rider not in carried and _is_moved(before, draft.layout(), support):
                carried[rider] = None
                _take_along(draft, before, support, rider)
                queue += [rider, *draft.layout().descendants(rider)]
    if carried:
        names = [draft.objects[each]["name"] for each in carried]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        draft.notes.append(f"What stands on it went along: {', '.join(names[:3])}{more}.")
    return list(carried)


def _existing(draft: Draft, before: Layout, touched: Iterable[str]) -> Iterator[str]:
    """Yield what was there and is, with all that belongs to it."""
    for id_ in touched:
        if id_ in before.objects and id_ in draft.objects:
            yield id_
            yield from (each for each in draft.layout().descendants(id_) if each in before.objects)


def _riders(draft: Draft, before: Layout, support: str) -> Iterator[str]:
    """Yield what stands on an object, and was neither moved nor is held where it is."""
    layout = draft.layout()
    for rider in before.index.referring[support]:
        now, was = draft.objects.get(rider), before.objects[rider]
        if now is None or now.get("contact", {}).get("on") != support:
            continue
        if any(now.get(each) != was.get(each) for each in _PLACE):
            continue
        if support in layout.ancestors(rider) or layout.pattern_around(rider) is not None:
            continue
        stays = _is_same(before.frame(rider), layout.frame(rider))
        if stays and lock_of(draft.objects, rider) is None:
            yield rider


def _is_moved(before: Layout, now: Layout, id_: str) -> bool:
    return not _is_same(before.frame(id_), now.frame(id_)) or _is_resized(before, now, id_)


def _is_resized(before: Layout, now: Layout, id_: str) -> bool:
    was, own = before.own_extent(id_), now.own_extent(id_)
    if was is None or own is None:
        return False
    return vectors.length(vectors.subtract(was.size, own.size)) > _SAME


def _is_same(one: Frame, other: Frame) -> bool:
    off = [
        vectors.length(vectors.subtract(a, b)) for a, b in zip(one.turn, other.turn, strict=True)
    ]
    return max(*off, vectors.length(vectors.subtract(one.origin, other.origin))) <= _SAME


def _take_along(draft: Draft, before: Layout, support: str, rider: str) -> None:
    layout = draft.layout()
    inside = before.frame(support).frame_inside(before.frame(rider))
    is_resized = _is_resized(before, layout, support)
    if is_resized:
        inside = Frame(_at_same_part(before, layout, support, inside), inside.turn)
    world = layout.frame(support).frame(inside)
    own = layout.frame(draft.objects[rider].get("parent")).frame_inside(world)
    draft.set(rider, "position", stored_numbers(own.origin))
    if "rotation" in KINDS[draft.objects[rider]["kind"]]:
        angles = [normalize_degrees(angle) for angle in vectors.angles(own.turn)]
        draft.set(rider, "rotation", stored_numbers(angles))
    if is_resized:
        with suppress(InvalidValueError):
            [placed] = place(draft.layout(), Placement([rider], "on", [support])).values()
            draft.set(rider, "position", stored_numbers(placed.position))


def _at_same_part(
    before: Layout, now: Layout, support: str, inside: Frame
) -> tuple[float, float, float]:
    """Return where something on a support is when that is as wide and deep as now."""
    was, own = before.own_extent(support), now.own_extent(support)
    if was is None or own is None:
        return inside.origin
    x, z = (
        own.center[axis]
        + (inside.origin[axis] - was.center[axis]) * (own.size[axis] / was.size[axis])
        if was.size[axis]
        else inside.origin[axis]
        for axis in (0, 2)
    )
    return (x, inside.origin[1], z)
