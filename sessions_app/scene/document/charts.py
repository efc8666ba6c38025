"""Charts: their kinds, and the rows of which they are made.

A document holds the rows. What is drawn of them is worked out by the page alone
(static/js/scene/charts/): the server needs no more than the chart's box.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

ChartName: TypeAlias = Literal[
    "bars", "stacked_bars", "lines", "areas", "pie", "scatter", "surface"
]
CHARTS: tuple[ChartName, ...] = get_args(ChartName)

MAX_ROWS = 500
MAX_SERIES = 24
MAX_LABEL_LENGTH = 100
# Larger numbers are no more than digits to a reader.
LARGEST = 1e15

# A value with its label and series; of a scatter also `x`, and `z` in space.
Row: TypeAlias = Mapping[str, Any]

_TEXTS = ("label", "series")
_NUMBERS = ("value", "x", "z")


def is_rows(value: object) -> bool:
    """Return whether a document may hold these rows."""
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ROWS:
        return False
    return all(isinstance(row, dict) and _is_row(row) for row in value)


def _is_row(row: Row) -> bool:
    if "value" not in row or not row.keys() <= {*_TEXTS, *_NUMBERS}:
        return False
    texts = all(_is_label(row[name]) for name in _TEXTS if name in row)
    return texts and all(is_value(row[name]) for name in _NUMBERS if name in row)


def _is_label(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_LABEL_LENGTH


def is_value(value: object) -> bool:
    """Return whether a number can be drawn."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LARGEST <= value <= LARGEST
