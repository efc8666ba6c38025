"""Boxes by where they are on the ground plane, so that what is near is found without a full pass.

Each box is in one cell by the middle of its footprint, in a grid whose cells are as large as the
box or up to twice as large. A search reaches half a cell further than asked.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias, TypeVar

from sessions_app.scene.geometry.bounds import Bounds

# Cells are at least this large, in meters: 2 ** -6.
_FINEST = -6

_Value = TypeVar("_Value")
# By column, the names in its cell; by row, its columns; by exponent of the cells' side, its rows.
_Columns: TypeAlias = dict[int, tuple[str, ...]]
_Rows: TypeAlias = dict[int, _Columns]


class _Cell(NamedTuple):
    level: int
    row: int
    column: int


class Grid:
    """Named boxes of the world.

    Attributes:
        boxes: by name.
    """

    def __init__(self, boxes: Iterable[tuple[str, Bounds]] = ()) -> None:
        """Start with these boxes."""
        self.boxes: dict[str, Bounds] = {}
        self._levels: dict[int, _Rows] = {}
        # The maps that no other grid shares, by id; kept, since ids of freed maps are reused.
        self._own: dict[int, object] = {}
        for name, bounds in boxes:
            self.put(name, bounds)

    def copy(self) -> "Grid":
        """Return a grid that can be changed without this one."""
        other = Grid()
        other.boxes, other._levels = self.boxes.copy(), self._levels.copy()
        self._own.clear()
        return other

    def put(self, name: str, bounds: Bounds) -> None:
        """Add a box, or give it another place."""
        if name in self.boxes:
            self.remove(name)
        self.boxes[name] = bounds
        cell = _cell_of(bounds)
        columns = self._columns(cell)
        columns[cell.column] = (*columns.get(cell.column, ()), name)

    def remove(self, name: str) -> None:
        """Remove a box if it is there."""
        bounds = self.boxes.pop(name, None)
        if bounds is None:
            return
        cell = _cell_of(bounds)
        columns = self._columns(cell)
        left = tuple(each for each in columns[cell.column] if each != name)
        if left:
            columns[cell.column] = left
            return
        del columns[cell.column]
        if not columns:
            rows = self._levels[cell.level]
            del rows[cell.row]
            if not rows:
                del self._levels[cell.level]

    def near(self, bounds: Bounds, within: float = 0.0) -> Iterator[str]:
        """Yield the names of the boxes that come within this distance along each axis.

        Args:
            bounds: may be without an end to any side.
            within: in meters.
        """
        (a, b, c), (d, e, f) = bounds
        a, b, c, d, e, f = a - within, b - within, c - within, d + within, e + within, f + within
        boxes = self.boxes
        for level, rows in self._levels.items():
            side = 2.0**level
            for columns in _between(rows, (c / side - 0.5, f / side + 0.5)):
                for names in _between(columns, (a / side - 0.5, d / side + 0.5)):
                    for name in names:
                        (u, v, w), (x, y, z) = boxes[name]
                        if u <= d and x >= a and v <= e and y >= b and w <= f and z >= c:
                            yield name

    def _columns(self, cell: _Cell) -> _Columns:
        """Return the columns of a cell's row, to write in."""
        rows = self._levels.get(cell.level)
        if rows is None or id(rows) not in self._own:
            rows = self._levels[cell.level] = dict(rows or {})
            self._own[id(rows)] = rows
        columns = rows.get(cell.row)
        if columns is None or id(columns) not in self._own:
            columns = rows[cell.row] = dict(columns or {})
            self._own[id(columns)] = columns
        return columns


def _cell_of(bounds: Bounds) -> _Cell:
    (a, _, c), (d, _, f) = bounds
    level = max(_FINEST, math.frexp(max(d - a, f - c))[1])
    side = 2.0**level
    return _Cell(level, math.floor((c + f) / 2 / side), math.floor((a + d) / 2 / side))


def _between(cells: dict[int, _Value], ends: tuple[float, float]) -> Iterable[_Value]:
    """Return what is in the cells between two numbers, by the shorter of two ways."""
    first, last = ends
    if last - first >= len(cells):
        if last - first == math.inf:
            return [value for at, value in cells.items() if first <= at + 1 and at <= last]
        low, high = math.floor(first), math.floor(last)
        return [value for at, value in cells.items() if low <= at <= high]
    found = map(cells.get, range(math.floor(first), math.floor(last) + 1))
    return [value for value in found if value is not None]
