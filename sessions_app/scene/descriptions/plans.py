"""A plan of a scene as text: letters in a grid, with what they stand for and lengths."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from sessions_app.scene.descriptions.numbers import rounded
from sessions_app.scene.descriptions.objects import name_of
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, shape_bounds, united
from sessions_app.scene.geometry.crossings import crossing
from sessions_app.scene.geometry.layout import Layout, Piece
from sessions_app.scene.geometry.shapes import BOXES
from sessions_app.scene.geometry.vectors import AXES

Side: TypeAlias = Literal["top", "front", "side"]

MAX_COLUMNS, MAX_ROWS = 60, 24
# A character is about twice as high as wide.
_TALL = 2.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_OTHERS, _NOTHING = "+", "."
# Cells that are tested exactly; beyond them, a shape is drawn as its box.
_EXACT_CELLS = 2_000
# Points of a cell at which a shape is looked for, from its left and top edges.
_IN_A_CELL = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))
# No cell is narrower, in meters.
_NARROWEST = 0.001


class _Edge(NamedTuple):
    """An axis of the world along an edge of a plan; a sign of -1 runs against it."""

    axis: int
    sign: int

    @property
    def name(self) -> str:
        return "xyz"[self.axis]


# By side, the edges from left to right and from top to bottom.
_EDGES: Mapping[Side, tuple[_Edge, _Edge]] = {
    "top": (_Edge(0, 1), _Edge(2, 1)),
    "front": (_Edge(0, 1), _Edge(1, -1)),
    "side": (_Edge(2, -1), _Edge(1, -1)),
}
_TITLES: Mapping[Side, str] = {
    "top": "Plan from the top, the front below",
    "front": "Plan from the front",
    "side": "Plan from the right side, the front to the left",
}


class _Grid:
    """The cells of a plan, over what is drawn."""

    def __init__(self, side: Side, bounds: Bounds) -> None:
        self.across, self.down = _EDGES[side]
        self.depth = 3 - self.across.axis - self.down.axis
        self.bounds = bounds
        wide, high = bounds.size[self.across.axis], bounds.size[self.down.axis]
        cell = max(wide / MAX_COLUMNS, high / MAX_ROWS / _TALL, _NARROWEST)
        self.columns = max(1, round(wide / cell))
        self.rows = max(1, round(high / cell / _TALL))
        self.width = max(wide / self.columns, _NARROWEST)
        self.height = max(high / self.rows, _NARROWEST)
        self.cells = [[_NOTHING] * self.columns for _ in range(self.rows)]
        self._exact_left = _EXACT_CELLS

    def draw(self, piece: Piece, letter: str) -> None:
        """Write the letter into each cell that a solid covers; into one at least."""
        form, _, frame = piece
        bounds = shape_bounds(*piece)
        columns = self._covered(bounds, self.across, self.width, self.columns)
        rows = self._covered(bounds, self.down, self.height, self.rows)
        is_plain = form in BOXES and frame.turn is AXES
        if not is_plain:
            self._exact_left -= len(columns) * len(rows)
            is_plain = self._exact_left < 0
        cells = [
            (row, column)
            for row in rows
            for column in columns
            if is_plain or self._is_covered(piece, row, column)
        ]
        middle = (rows[len(rows) // 2], columns[len(columns) // 2])
        for row, column in cells or [middle]:
            self.cells[row][column] = letter

    def edge(self, edge: _Edge) -> tuple[str, str]:
        """The coordinates at both ends of an edge."""
        low, high = self.bounds.low[edge.axis], self.bounds.high[edge.axis]
        return (rounded(low), rounded(high)) if edge.sign > 0 else (rounded(high), rounded(low))

    def _start(self, edge: _Edge) -> float:
        return (self.bounds.low if edge.sign > 0 else self.bounds.high)[edge.axis]

    def _covered(self, bounds: Bounds, edge: _Edge, length: float, count: int) -> range:
        """The cells along an edge whose middles lie in the bounds; one at least."""
        ends = sorted(edge.sign * (end[edge.axis] - self._start(edge)) / length for end in bounds)
        first, last = math.ceil(ends[0] - 0.5 - 1e-9), math.floor(ends[1] - 0.5 + 1e-9)
        if last < first:
            first = last = math.floor(sum(ends) / 2)
        first = min(max(0, first), count - 1)
        return range(first, max(first, min(count - 1, last)) + 1)

    def _is_covered(self, piece: Piece, row: int, column: int) -> bool:
        """Whether lines through a cell, along the plan's depth, meet a solid."""
        form, size, frame = piece
        direction = frame.direction_inside(AXES[self.depth])
        at = [0.0, 0.0, 0.0]
        for right, below in _IN_A_CELL:
            across = self.across.sign * (column + right) * self.width
            down = self.down.sign * (row + below) * self.height
            at[self.across.axis] = self._start(self.across) + across
            at[self.down.axis] = self._start(self.down) + down
            if crossing(form, size, frame.inside(vectors.vector(at)), direction):
                return True
        return False


def plan_text(layout: Layout, parts: Mapping[str, Iterable[str]], side: Side) -> str:
    """Draw objects as letters, small ones over large ones.

    Args:
        layout: of all objects.
        parts: by the id of each object to draw, the ids of its visible solids.
        side: from where it is seen.
    """
    extents = {
        name: united(layout.solid_extent(solid) for solid in solids)
        for name, solids in parts.items()
    }
    drawn = {name: extent for name, extent in extents.items() if extent is not None}
    whole = united(drawn.values())
    if whole is None:
        return "There is nothing to draw a plan of."
    grid = _Grid(side, whole)
    in_order = sorted(drawn, key=lambda name: (-_area(grid, drawn[name]), name))
    letters = dict(zip(in_order, _LETTERS, strict=False))
    for name in in_order:
        for solid in parts[name]:
            for piece in layout.pieces(solid):
                grid.draw(piece, letters.get(name, _OTHERS))
    return "\n".join(
        [
            f"{_TITLES[side]}: {rounded(whole.size[grid.across.axis])} m wide,"
            f" {rounded(whole.size[grid.down.axis])} m {'deep' if side == 'top' else 'high'};"
            f" a column is {rounded(grid.width)} m, a row {rounded(grid.height)} m.",
            *_framed(grid),
            *_legend(layout, grid, letters, drawn, len(in_order)),
        ]
    )


def _area(grid: _Grid, bounds: Bounds) -> float:
    return bounds.size[grid.across.axis] * bounds.size[grid.down.axis]


def _framed(grid: _Grid) -> Iterator[str]:
    left, right = grid.edge(grid.across)
    top, bottom = (f"{grid.down.name} {value}" for value in grid.edge(grid.down))
    margin = max(len(top), len(bottom))
    start = f"{grid.across.name} {left}"
    end = right.rjust(max(len(right) + 1, grid.columns - len(start)))
    yield f"{' ' * (margin + 2)}{start}{end}"
    for index, row in enumerate(grid.cells):
        label = top if index == 0 else bottom if index == grid.rows - 1 else ""
        yield f"{label.rjust(margin)} |{''.join(row)}|"


def _legend(
    layout: Layout,
    grid: _Grid,
    letters: Mapping[str, str],
    drawn: Mapping[str, Bounds],
    count: int,
) -> Sequence[str]:
    lines = []
    for name, letter in letters.items():
        spans = (
            f"{edge.name} {rounded(drawn[name].low[edge.axis])}"
            f" to {rounded(drawn[name].high[edge.axis])}"
            for edge in (grid.across, grid.down)
        )
        lines.append(f"{letter} {name_of(layout, name)}: {', '.join(spans)}")
    if count > len(letters):
        lines.append(f"{_OTHERS} {count - len(letters)} smaller ones")
    return lines
