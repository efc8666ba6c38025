"""CSV text as people write it, read as the rows of a chart."""

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions_app.scene.errors import InvalidValueError, quoted

MAX_CSV_LENGTH = 100_000

# What a column is, by how people head it.
COLUMNS = {
    "label": "label", "name": "label", "category": "label", "date": "label",
    "value": "value", "y": "value",
    "series": "series", "x": "x", "z": "z",
}  # fmt: skip
_TEXTS = ("label", "series")
_DELIMITERS = (",", ";", "\t", "|")
_GROUPS = re.compile(r"[,'\u00a0\u202f ]")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")
_UNITS = " %$€£¥"
_SIGNS = re.compile(r"[%$€£¥\s]")


def cells_in_csv(text: str, path: str) -> Iterator[dict[str, Any]]:
    """Yield each row of CSV text: its label, value, series, x and z, as far as it has them.

    Its columns are these, in any order; or the first one has the labels, and each other one is a
    series of its own. Without a first row of names, they are label and value. Rows and cells
    without a value are left out.

    Args:
        text: delimited by commas, semicolons, tabs or bars.
        path: of the argument that holds it.

    Raises:
        InvalidValueError: it is too long, or a row is not as the first one says.
    """
    if len(text) > MAX_CSV_LENGTH:
        raise InvalidValueError(
            f"`{path}` has {len(text)} characters: give at most {MAX_CSV_LENGTH}."
        )
    table = _table(text, path)
    head, rows = table[0], table[1:]
    is_headless = number_in(head[-1]) is not None
    if is_headless and len(head) > 2:
        raise InvalidValueError(
            f"`{path}` has no first row with the names of its columns: give one, such as"
            " label,north,south."
        )
    if is_headless:
        head, rows = ["label", "value"][-len(head) :], table
    elif len(head) == 1:
        head = ["value"]
    yield from _rows_of(head, rows, path)


def _table(text: str, path: str) -> list[list[str]]:
    lines = text.strip().lstrip("\ufeff").splitlines() or [""]
    delimiter = max(_DELIMITERS, key=lines[0].count)
    try:
        read = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
        table = [[cell.strip() for cell in row] for row in read]
    except csv.Error as error:
        raise InvalidValueError(f"`{path}` is no CSV text: {error}.") from None
    table = [row for row in table if any(row)]
    if not table:
        raise InvalidValueError(f"`{path}` is empty: give a row for each value.")
    return table


def _rows_of(
    head: Sequence[str], rows: Sequence[Sequence[str]], path: str
) -> Iterator[dict[str, Any]]:
    columns = _columns_of(head, rows)
    for number, row in enumerate(rows, 1):
        at = f"{path} row {number}"
        if len(row) > len(head):
            raise InvalidValueError(
                f"`{at}` has {len(row)} cells: there are {len(head)} columns. Put texts with the"
                " delimiter in quotes."
            )
        if columns:
            yield from _row_of(dict(zip(columns, row, strict=False)), at)
            continue
        for name, cell in zip(head[1:], row[1:], strict=False):
            series = {"series": name} if len(head) > 2 else {}
            yield from _row_of({"label": row[0], "value": cell, **series}, at)


def _columns_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what each column is; none if all but the first are series of their own."""
    known = [COLUMNS.get(name.lower(), "") for name in head]
    if "value" in known and all(known) and len(set(known)) == len(known):
        return known
    has_names = all(len(row) == 3 and number_in(row[1]) is None for row in rows)
    return ["label", "series", "value"] if len(head) == 3 and has_names else []


def _row_of(cells: Mapping[str, str], path: str) -> Iterator[dict[str, Any]]:
    """Yield the row in some cells, by what each is; none without a value."""
    if not cells.get("value"):
        return
    yield {
        name: cell if name in _TEXTS else _required(cell, path, name)
        for name, cell in cells.items()
        if cell
    }


def _required(cell: str, path: str, name: str) -> float:
    number = number_in(cell)
    if number is None:
        raise InvalidValueError(f"`{path}`: {name} {quoted(cell)} is not a number.")
    return number


def number_in(cell: str) -> float | None:
    """Return the number in a cell, which may be grouped, or have a sign of money or percent."""
    plain = _SIGNS.sub("", cell.replace("\u2212", "-"))
    if _GROUPED.fullmatch(cell.strip(_UNITS)):
        plain = _GROUPS.sub("", plain)
    elif _COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
