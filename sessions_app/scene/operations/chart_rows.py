"""The rows of charts: as a call gives them, and what each kind of chart needs of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from sessions_app.scene.document.charts import (
    CHARTS,
    LARGEST,
    MAX_LABEL_LENGTH,
    MAX_ROWS,
    MAX_SERIES,
    Row,
    is_value,
)
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.chart_csv import COLUMNS, cells_in_csv, number_in
from sessions_app.scene.operations.paths import require_length

# Members of a chart, by the arguments that set them.
CHART_TITLES = {"title": "title", "x_title": "xTitle", "y_title": "yTitle"}


def _words(value: Any) -> Any:
    """Accept a number as a label, as models write years."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:.15g}"


Words = Annotated[str, BeforeValidator(_words), WithJsonSchema({"type": "string"})]


class ChartRow(Arguments):
    """One value of a chart."""

    label: Words | None = None
    value: Number
    series: Words | None = None
    x: Number | None = None
    z: Number | None = None

    other_names: ClassVar[Mapping[str, str]] = COLUMNS


def rows_in_csv(text: str, path: str) -> list[ChartRow]:
    """Return the rows in CSV text; the arguments and errors are those of `cells_in_csv`."""
    return [ChartRow.model_construct(**cells) for cells in cells_in_csv(text, path)]


def _read_rows(value: Any) -> Any:
    """Accept CSV text for rows."""
    return rows_in_csv(value, "rows") if isinstance(value, str) else value


Rows = Annotated[list[ChartRow], BeforeValidator(_read_rows)]


def stored_rows(rows: Sequence[ChartRow], chart: str, path: str) -> list[dict[str, Any]]:
    """Return rows as a document holds them.

    Args:
        rows: as they were given.
        chart: the kind of chart that they are for.
        path: of the argument that holds them.

    Raises:
        InvalidValueError: there are none or too many, or this kind of chart cannot show them.
    """
    if not 0 < len(rows) <= MAX_ROWS:
        raise InvalidValueError(f"`{path}` has {len(rows)} rows: give 1 to {MAX_ROWS}.")
    stored = [_stored(row, chart, f"{path} row {number}") for number, row in enumerate(rows, 1)]
    require_drawable(stored, chart, path)
    return stored


def chart_members(given: Mapping[str, Any], before: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the kind, the rows and the titles of a chart as an item says them.

    Args:
        given: the arguments by name.
        before: the chart as stored; empty for a new one.
        path: of the item.

    Raises:
        InvalidValueError: the rows are missing, or this kind of chart cannot show them.
    """
    members = {"chart": given.get("chart") or before.get("chart", CHARTS[0])}
    if "rows" in given:
        members["rows"] = stored_rows(given["rows"], members["chart"], f"{path}.rows")
    elif not before:
        raise InvalidValueError(f"`{path}.rows` is missing: a label and a value for each.")
    elif members["chart"] != before["chart"]:
        require_drawable(before["rows"], members["chart"], f"{path}.rows")
    for name, member in CHART_TITLES.items():
        if name in given:
            require_length(given[name], f"{path}.{name}")
            members[member] = given[name]
    return members


def _stored(row: ChartRow, chart: str, path: str) -> dict[str, Any]:
    numbers = {"value": row.value, "x": row.x, "z": row.z}
    label, series = row.label, row.series
    if chart == "scatter":
        if row.x is None and label is not None and (across := number_in(label)) is not None:
            numbers["x"], label = across, None
    else:
        label = label or _words(row.x)
        series = series or _words(row.z)
        numbers = {"value": row.value}
    texts = {"label": label, "series": series}
    for name, value in numbers.items():
        if value is not None and not is_value(value):
            raise InvalidValueError(
                f"`{path}`: {name} cannot be {value:g}: give a number up to {LARGEST:g}."
            )
    plain = {name: " ".join(text.split()) for name, text in texts.items() if text}
    for name, text in plain.items():
        if len(text) > MAX_LABEL_LENGTH:
            raise InvalidValueError(
                f"`{path}`: the {name} {quoted(text)} is too long: give at most"
                f" {MAX_LABEL_LENGTH} characters."
            )
    found = {**plain, **numbers}
    order = ("label", "value", "series", "x", "z")
    return {name: found[name] for name in order if found.get(name) not in (None, "")}


def require_drawable(rows: Sequence[Row], chart: str, path: str = "rows") -> None:
    """Check that a kind of chart can show these rows.

    Raises:
        InvalidValueError: names the first row that it cannot show, and what can.
    """
    names = list(dict.fromkeys(row.get("series", "") for row in rows))
    if len(names) > MAX_SERIES:
        raise InvalidValueError(
            f"`{path}` has {len(names)} series: nobody tells more than {MAX_SERIES} colors apart."
        )
    if chart == "scatter":
        _require_places(rows, path)
    elif chart == "pie":
        _require_parts(rows, names, path)
    else:
        if len(names) > 1:
            _require_once(rows, path)
        if chart == "areas" and len(names) > 1:
            _require_none_below(rows, path, "areas on top of each other", "lines")
        if chart == "surface":
            _require_grid(rows, names, path)


def _require_places(rows: Sequence[Row], path: str) -> None:
    for number, row in enumerate(rows, 1):
        if "x" not in row:
            raise InvalidValueError(
                f"`{path}` row {number} has no x: a scatter takes x and value, and z for depth."
            )


def _require_parts(rows: Sequence[Row], names: Sequence[str], path: str) -> None:
    if len(names) > 1:
        raise InvalidValueError(
            f"`{path}` has {len(names)} series: a pie shows one. Give stacked_bars, or a pie each."
        )
    _require_none_below(rows, path, "a pie", "bars")
    if not any(row["value"] for row in rows):
        raise InvalidValueError(f"`{path}`: all values are 0, of which a pie shows nothing.")


def _require_none_below(rows: Sequence[Row], path: str, what: str, instead: str) -> None:
    for number, row in enumerate(rows, 1):
        if row["value"] < 0:
            raise InvalidValueError(
                f"`{path}` row {number}{_named(row)}: {what} cannot show {row['value']:g}, which is"
                f" below 0. Give {instead}."
            )


def _require_once(rows: Sequence[Row], path: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        key = (row.get("label", ""), row.get("series", ""))
        if key in seen:
            raise InvalidValueError(
                f"`{path}` row {number}{_named(row)} has the label and series of row {seen[key]}:"
                " give each once."
            )
        seen[key] = number


def _require_grid(rows: Sequence[Row], names: Sequence[str], path: str) -> None:
    labels = list(dict.fromkeys(row.get("label", "") for row in rows))
    if min(len(labels), len(names)) < 2:
        raise InvalidValueError(
            f"`{path}`: a surface needs at least 2 labels and 2 series: labels run along its width,"
            " series into its depth."
        )
    if len(rows) < len(labels) * len(names):
        there = {(row.get("label", ""), row.get("series", "")) for row in rows}
        label, name = next(
            (label, name) for name in names for label in labels if (label, name) not in there
        )
        raise InvalidValueError(
            f"`{path}`: a surface needs a value of each label in each series; {quoted(label)} in"
            f" {quoted(name)} is missing."
        )


def _named(row: Row) -> str:
    return f" ({quoted(row['label'])})" if "label" in row else ""
