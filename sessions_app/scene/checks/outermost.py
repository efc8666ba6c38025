"""The outermost objects of a document with the bounds of what is visible of them."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sessions_app.scene.checks.leaves import Leaf, is_ground
from sessions_app.scene.geometry.bounds import Bounds, united

# The bounds around all are worked out in so many parts, so that a change costs one of them.
_PARTS = 48

_Part: TypeAlias = dict[str, Bounds]


class Outermost:
    """The outermost objects that have leaves.

    Attributes:
        members: the ids of their leaves.
        by_size: their diagonals in meters with their ids, the smallest first.
    """

    def __init__(self, leaves: Mapping[str, Leaf]) -> None:
        """Find the outermost objects of leaves."""
        self.members: dict[str, list[str]] = {}
        for leaf in leaves.values():
            self.members.setdefault(leaf.top, []).append(leaf.name)
        self._bounds = {
            top: _around(leaves[name].bounds for name in names)
            for top, names in self.members.items()
        }
        self.by_size = sorted((bounds.diagonal, top) for top, bounds in self._bounds.items())
        # Without the ground, and what follows the camera that looks at the others.
        self._parts: list[_Part] = [{} for _ in range(_PARTS)]
        for top, bounds in self._bounds.items():
            if _is_subject(leaves, self.members[top], bounds):
                self._parts[_part_of(top)][top] = bounds
        self._around = [united(part.values()) for part in self._parts]

    def after(
        self, leaves: Mapping[str, Leaf], changed: Mapping[str, Sequence[str]]
    ) -> "Outermost":
        """Return the outermost objects after a change.

        Args:
            leaves: those of the later document.
            changed: by id of each outermost object that has leaves that were added, changed or
                removed: the ids of its leaves now, in any order.
        """
        later = Outermost({})
        later.members, later._bounds = self.members.copy(), self._bounds.copy()
        later.by_size = self.by_size.copy()
        later._parts, later._around = self._parts.copy(), self._around.copy()
        copied: set[int] = set()
        for top, names in changed.items():
            part = _part_of(top)
            if part not in copied:
                later._parts[part] = later._parts[part].copy()
                copied.add(part)
            later._remove(top)
            if names:
                bounds = _around(leaves[name].bounds for name in names)
                later._put(top, list(names), bounds, is_subject=_is_subject(leaves, names, bounds))
        for part in copied:
            later._around[part] = united(later._parts[part].values())
        return later

    def _remove(self, top: str) -> None:
        if top in self.members:
            diagonal = self._bounds[top].diagonal
            del self.by_size[bisect_left(self.by_size, (diagonal, top))]
            del self.members[top], self._bounds[top]
            self._parts[_part_of(top)].pop(top, None)

    def _put(self, top: str, names: list[str], bounds: Bounds, *, is_subject: bool) -> None:
        self.members[top], self._bounds[top] = names, bounds
        insort(self.by_size, (bounds.diagonal, top))
        if is_subject:
            self._parts[_part_of(top)][top] = bounds

    def bounds(self, top: str) -> Bounds:
        """Return the bounds around the leaves of one of them."""
        return self._bounds[top]

    @property
    def subject(self) -> Bounds | None:
        """Around all but the ground and what belongs to a camera; None if there is nothing else."""
        return united(filter(None, self._around))


def _is_subject(leaves: Mapping[str, Leaf], names: Iterable[str], bounds: Bounds) -> bool:
    return not (is_ground(bounds) or all(leaves[name].is_mounted for name in names))


def _part_of(top: str) -> int:
    return hash(top) % _PARTS


def _around(bounds: Iterable[Bounds]) -> Bounds:
    first, *others = bounds
    return (united([first, *others]) if others else None) or first
