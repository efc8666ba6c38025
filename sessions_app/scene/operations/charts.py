"""Adds a chart, or gives one other rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.charts import CHARTS
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.names import key_of
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.adding import AddObjects, NewObject, add_objects
from sessions_app.scene.operations.arguments import (
    Angles,
    Arguments,
    Color,
    OneOf,
    Point,
    Reference,
    Size,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.chart_rows import Rows, rows_in_csv
from sessions_app.scene.operations.items import OTHER_CHARTS, Preset
from sessions_app.scene.operations.paths import reword
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.updating import ObjectChange, UpdateObjects, update_objects

# What a chart in space measures if its size is not given, in meters.
_DEEP = [1.4, 1.0, 1.2]


class AddChart(Arguments):
    """A chart; of one that is there, only what is given changes."""

    kind: Annotated[str, OneOf(CHARTS, OTHER_CHARTS)] | None = None
    rows: Rows | None = None
    csv: str | None = None
    name: str | None = None
    title: str | None = None
    x_title: str | None = None
    y_title: str | None = None
    size: Size | None = None
    on: str | None = None
    position: SkipJsonSchema[Point | None] = Field(default=None)
    facing: SkipJsonSchema[Reference | None] = Field(default=None)
    color: SkipJsonSchema[Color | None] = Field(default=None)
    material: SkipJsonSchema[Preset | None] = Field(default=None)
    rotation: SkipJsonSchema[Angles | None] = Field(default=None)
    parent: SkipJsonSchema[str | None] = Field(default=None)

    other_names: ClassVar[Mapping[str, str]] = {
        "chart": "kind",
        "type": "kind",
        "data": "rows",
        "values": "rows",
        "x_label": "x_title",
        "y_label": "y_title",
    }

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of an item that were given, by name."""
        names = self.model_fields_set - {"kind", "rows", "csv", "name", "scene"}
        members = {name: getattr(self, name) for name in names}
        members |= {"chart": self.kind, "rows": self._rows()}
        return {name: value for name, value in members.items() if value is not None}

    def _rows(self) -> Any:
        if self.csv is None:
            return self.rows
        if self.rows is not None:
            raise InvalidValueError("`rows` and `csv` contradict each other: give one of them.")
        return rows_in_csv(self.csv, "csv")


@operation("add_chart", AddChart)
def add_chart(edit: Edit, given: AddChart) -> Report:
    """Add a chart, or change the chart of this name.

    Raises:
        InvalidValueError: an argument is not accepted; nothing is changed then.
    """
    members = given.given
    known = _chart_of(edit, given.name)
    with _own_paths("csv" if given.csv is not None else "rows"):
        if known is not None:
            changes = [ObjectChange.model_construct(target=known, **members)]
            return update_objects(edit, UpdateObjects(changes=changes))
        if "size" not in members and _is_deep(members):
            members["size"] = _DEEP
        if given.name is not None:
            members["name"] = given.name
        item = NewObject.model_construct(kind="chart", **members)
        return add_objects(edit, AddObjects(objects=[item]))


def _chart_of(edit: Edit, name: str | None) -> str | None:
    """Return the id of the chart of this name; None if there is none."""
    objects = edit.document["objects"]
    found = Index(objects).names.get(key_of(name)) if name else None
    return found if found is not None and objects[found]["kind"] == "chart" else None


def _is_deep(members: Mapping[str, Any]) -> bool:
    chart = members.get("chart")
    has_depth = any(row.z is not None for row in members.get("rows", ()))
    return chart == "surface" or (chart == "scatter" and has_depth)


@contextmanager
def _own_paths(rows: str) -> Iterator[None]:
    """Have refusals name the arguments of this call, and not those of an item."""
    try:
        yield
    except InvalidValueError as refused:
        message = refused.message
        for item in ("objects[0].", "changes[0]."):
            message = message.replace(f"`{item}rows", f"`{rows}").replace(item, "")
        reword(refused, message)
        raise
