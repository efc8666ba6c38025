"""Random places without overlap, reproducible from a seed in Python and JavaScript.

Only arithmetic, square roots and comparisons are used, which both languages round alike.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

# A place on the floor: x and z.
Spot: TypeAlias = tuple[float, float]
# Half of the width and half of the depth of what is placed.
Half: TypeAlias = tuple[float, float]

_WORD = 0xFFFFFFFF
# The most attempts for one copy and for all copies: enough for fields of average density, and few
# enough that 10,000 copies take less than a second.
_TRIES_EACH = 40
_TRIES_FREE, _TRIES_PER_COPY = 10_000, 3


def random_numbers(seed: int) -> Iterator[float]:
    """Yield numbers from 0 to below 1, by the generator known as mulberry32."""
    state = seed & _WORD
    while True:
        state = (state + 0x6D2B79F5) & _WORD
        mixed = ((state ^ (state >> 15)) * (state | 1)) & _WORD
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & _WORD)) & _WORD
        yield (mixed ^ (mixed >> 14)) / 4294967296


@dataclass(frozen=True, slots=True)
class Field:
    """A rectangle about the origin, or a disk if it is round."""

    width: float
    depth: float
    round: bool = False

    def spot(self, half: Half, numbers: Iterator[float]) -> Spot | None:
        """Draw a random place that keeps something inside; None if this draw does not."""
        wide, deep = self.width / 2 - half[0], self.depth / 2 - half[1]
        if wide < 0 or deep < 0:
            return None
        x, z = (2 * next(numbers) - 1) * wide, (2 * next(numbers) - 1) * deep
        if self.round:
            reach = self.width / 2
            far = (abs(x) + half[0], abs(z) + half[1])
            if far[0] * far[0] + far[1] * far[1] > reach * reach:
                return None
        return x, z


@dataclass(slots=True)
class _Taken:
    """The occupied places of a field, in square cells for looking up neighbors."""

    cell: float
    gap: float
    turned: bool
    cells: dict[tuple[int, int], list[tuple[Spot, Half]]] = field(default_factory=dict)

    def is_free(self, spot: Spot, half: Half) -> bool:
        column, row = self._cell(spot)
        return not any(
            self._overlap(spot, half, *other)
            for x in (column - 1, column, column + 1)
            for z in (row - 1, row, row + 1)
            for other in self.cells.get((x, z), ())
        )

    def take(self, spot: Spot, half: Half) -> None:
        self.cells.setdefault(self._cell(spot), []).append((spot, half))

    def _cell(self, spot: Spot) -> tuple[int, int]:
        return math.floor(spot[0] / self.cell), math.floor(spot[1] / self.cell)

    def _overlap(self, spot: Spot, half: Half, other_spot: Spot, other_half: Half) -> bool:
        x, z = abs(spot[0] - other_spot[0]), abs(spot[1] - other_spot[1])
        if self.turned:  # both halves are the radius of the disk in which it can turn
            apart = half[0] + other_half[0] + self.gap
            return x * x + z * z < apart * apart
        return x < half[0] + other_half[0] + self.gap and z < half[1] + other_half[1] + self.gap


def scattered(
    halves: Sequence[Half], within: Field, *, gap: float, turned: bool, seed: int
) -> list[Spot | None]:
    """Find a place for each, the largest first.

    Args:
        halves: half of the width and of the depth of each, in meters above 0.
        within: the field that keeps them inside.
        gap: the least distance between any two.
        turned: whether each may be turned by any angle.
        seed: any integer; its last 32 bits count.

    Returns:
        The places in the order of `halves`; None if the attempts ran out.
    """
    if turned:
        halves = [(disk, disk) for disk in (math.sqrt(x * x + z * z) for x, z in halves)]
    largest = max(max(half) for half in halves)
    taken = _Taken(2 * largest + gap, gap, turned)
    numbers = random_numbers(seed)
    left = min(_TRIES_EACH * len(halves), _TRIES_FREE + _TRIES_PER_COPY * len(halves))
    spots: list[Spot | None] = [None] * len(halves)
    for each in sorted(range(len(halves)), key=lambda each: -halves[each][0]):
        for _ in range(min(left, _TRIES_EACH)):
            left -= 1
            spot = within.spot(halves[each], numbers)
            if spot is not None and taken.is_free(spot, halves[each]):
                taken.take(spot, halves[each])
                spots[each] = spot
                break
    return spots
