"""Charts: their rows as models write them, what each kind refuses, and new rows for one."""

from typing import Any

import pytest

from mcp_bridge.tools.scene_schema import full
from sessions_app.scene.descriptions.charts import MAX_LENGTH
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.charts import CHARTS, MAX_ROWS
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations import Change
from tests.support.object_calls import bounds_of, call, id_of, lines, odd_lines, update

QUARTERS = [{"label": f"Q{at}", "value": at * 10} for at in range(1, 5)]


def chart(document: Document | None = None, **arguments: Any) -> Change:
    return call(document or new_document("empty"), "add_chart", arguments)


def rows_of(change: Change, name: str = "chart") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = change.after["objects"][id_of(change.after, name)]["rows"]
    return rows


def test_a_chart_is_one_object_that_stands_on_the_floor_and_fills_its_box() -> None:
    made = chart(name="sales", title="Sales", rows=QUARTERS)
    assert "sales: chart (bars, 4 rows) 1.6 × 1 × 0.24" in made.for_model
    assert "on the floor" in made.for_model
    assert odd_lines(made) == []
    assert rows_of(made, "sales") == QUARTERS
    assert bounds_of(made.after, "sales").size == pytest.approx((1.6, 1, 0.24))
    sized = chart(rows=QUARTERS, size=3.2).after
    assert bounds_of(sized, "chart").size == pytest.approx((3.2, 2, 0.48))


def test_it_makes_way_and_is_placed_as_other_objects_are() -> None:
    made = chart(new_document("studio"), rows=QUARTERS, color="teal", facing="left")
    assert "model, made way" in made.for_model
    assert "teal (#008688)" in made.for_model
    table = call(made.after, "add_objects", {"objects": [{"kind": "box", "name": "table"}]}).after
    on_table = chart(table, name="small", rows=QUARTERS, size=[0.8, 0.5, 0.1], on="table")
    assert "small: chart (bars, 4 rows) 0.8 × 0.5 × 0.1" in on_table.for_model
    assert "on table" in on_table.for_model


@pytest.mark.parametrize("kind", CHARTS)
def test_each_kind_takes_a_table_of_labels_and_series(kind: str) -> None:
    csv = "label,a,b\n1,2,3\n2,4,5" if kind != "pie" else "label,value\n1,2\n2,3"
    csv = "x,value,z\n1,2,3\n4,5,6" if kind == "scatter" else csv
    made = chart(kind=kind, csv=csv)
    entity = made.after["objects"][id_of(made.after, "chart")]
    assert entity["chart"] == kind
    deep = kind in ("scatter", "surface")
    assert entity["size"] == ([1.4, 1, 1.2] if deep else [1.6, 1, 0.24])


@pytest.mark.parametrize(
    ("csv", "rows"),
    [
        ("Q1,3\nQ2,-4.5", [{"label": "Q1", "value": 3}, {"label": "Q2", "value": -4.5}]),
        ("3\n4", [{"value": 3}, {"value": 4}]),
        ("value,label\n3,a", [{"label": "a", "value": 3}]),
        (
            "month;sales\n2026-01;1.200,5\n2026-02;3,5",
            [{"label": "2026-01", "value": 1200.5}, {"label": "2026-02", "value": 3.5}],
        ),
        (
            'day\tn\n2026-01-01\t"1,200"\n2026-01-02\t$ 3,400.50\n2026-01-03\t12 %',
            [
                {"label": "2026-01-01", "value": 1200},
                {"label": "2026-01-02", "value": 3400.5},
                {"label": "2026-01-03", "value": 12},
            ],
        ),
        (
            "quarter,north,south\nQ1,1,\nQ2,2,3",
            [
                {"label": "Q1", "value": 1, "series": "north"},
                {"label": "Q2", "value": 2, "series": "north"},
                {"label": "Q2", "value": 3, "series": "south"},
            ],
        ),
        (
            "quarter,region,sales\nQ1,north,1\nQ1,south,2",
            [
                {"label": "Q1", "value": 1, "series": "north"},
                {"label": "Q1", "value": 2, "series": "south"},
            ],
        ),
    ],
)
def test_csv_is_read_as_people_write_it(csv: str, rows: list[dict[str, Any]]) -> None:
    ordered = sorted(rows_of(chart(csv=csv)), key=lambda row: row.get("label", ""))
    assert ordered == sorted(rows, key=lambda row: row.get("label", ""))
    assert rows_of(chart(rows=csv)) == rows_of(chart(csv=csv))


def test_rows_are_taken_under_the_names_that_models_use() -> None:
    given = [{"category": 2024, "y": "3"}, {"name": "b", "value": 4}, {"x": 7, "y": 1}]
    assert rows_of(chart(kind="Bar", data=given)) == [
        {"label": "2024", "value": 3},
        {"label": "b", "value": 4},
        {"label": "7", "value": 1},
    ]
    points = [{"x": 1, "y": 2, "label": "a"}, {"label": "3.5", "value": 2, "z": 1}]
    assert rows_of(chart(kind="scatter", rows=points)) == [
        {"label": "a", "value": 2, "x": 1},
        {"value": 2, "x": 3.5, "z": 1},
    ]


def test_new_rows_for_a_name_change_that_chart_alone_and_only_what_is_given() -> None:
    made = chart(name="sales", kind="lines", title="Sales", rows=QUARTERS, size=[2, 1, 0.3])
    place = made.after["objects"][id_of(made.after, "sales")]["position"]
    changed = chart(made.after, name="Sales", rows=[{"label": "all", "value": 7}])
    assert lines(changed)[0] == "Updated 1 object."
    assert len(changed.after["objects"]) == len(made.after["objects"])
    entity = changed.after["objects"][id_of(changed.after, "sales")]
    assert entity["rows"] == [{"label": "all", "value": 7}]
    kept = (entity["chart"], entity["title"], entity["size"], entity["position"])
    assert kept == ("lines", "Sales", [2, 1, 0.3], place)
    by_update = update(changed.after, {"target": "sales", "rows": QUARTERS, "chart": "pie"})
    assert rows_of(by_update, "sales") == QUARTERS
    box = call(made.after, "add_objects", {"objects": [{"kind": "box", "name": "crate"}]}).after
    assert "became" in chart(box, name="crate", rows=QUARTERS).for_model


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "`rows` is missing"),
        ({"rows": []}, "`rows` has 0 rows: give 1 to 500"),
        ({"rows": [{"value": 1}] * (MAX_ROWS + 1)}, "`rows` has 501 rows"),
        ({"rows": QUARTERS, "csv": "a,1"}, "`rows` and `csv` contradict each other"),
        ({"rows": [{"label": "a", "value": "abc"}]}, r'`rows\[0\].value` cannot be "abc"'),
        ({"rows": [{"label": "a", "value": 1e300}]}, "`rows row 1`: value cannot be 1e\\+300"),
        ({"rows": [{"label": "a" * 101, "value": 1}]}, "row 1`: the label .* is too long"),
        ({"csv": "a,b\nx,1\ny,2,3"}, "`csv row 2` has 3 cells"),
        ({"csv": "q,n\nQ1,1\nQ2,2\nQ3,abc"}, '`csv row 3`: value "abc" is not a number'),
        ({"csv": "Q1,1,2\nQ2,3,4"}, "`csv` has no first row with the names"),
        ({"csv": '"a,1'}, "`csv` is no CSV text"),
        ({"csv": "a,1\n" * 30_000}, "`csv` has 120000 characters"),
        ({"csv": "q,n\n"}, "`csv` has 0 rows"),
        ({"kind": "pie", "csv": "a,1\nb,-2"}, r'`csv` row 2 \("b"\): a pie cannot show -2'),
        ({"kind": "pie", "csv": "a,0\nb,0"}, "all values are 0"),
        ({"kind": "pie", "csv": "l,a,b\n1,2,3"}, "a pie shows one"),
        ({"kind": "areas", "csv": "l,a,b\n1,2,-3"}, "areas on top of each other cannot show -3"),
        ({"kind": "scatter", "rows": [{"label": "a", "value": 1}]}, "`rows` row 1 has no x"),
        ({"kind": "surface", "csv": "l,a\n1,2"}, "at least 2 labels and 2 series"),
        ({"kind": "surface", "csv": "l,a,b\n1,2,3\n2,3,"}, '"2" in "b" is missing'),
        (
            {"rows": [{"label": "a", "value": 1, "series": each} for each in "xyx"]},
            "row 3 .* has the label and series of row 1",
        ),
        (
            {"rows": [{"label": "a", "value": 1, "series": str(each)} for each in range(25)]},
            "has 25 series",
        ),
        ({"rows": QUARTERS, "title": "x" * 201}, "`title` has 201 characters"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_its_row(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        chart(**arguments)


def test_a_kind_that_the_rows_do_not_suit_is_refused_and_the_chart_stays() -> None:
    made = chart(name="sales", rows=[{"label": "a", "value": -1}])
    for change in ({"target": "sales", "chart": "pie"}, {"target": "sales", "chart": "scatter"}):
        with pytest.raises(InvalidValueError, match=r"`changes\[0\].rows"):
            update(made.after, change)
    with pytest.raises(InvalidValueError, match="has no title"):
        call(made.after, "add_objects", {"objects": [{"kind": "box", "title": "x"}]})


def test_get_scene_has_the_rows_as_the_csv_that_makes_them_again() -> None:
    made = chart(name="sales", csv="quarter,north,south\nQ1,1,2.5\nQ2,-3,4")
    told = full(Layout(made.after["objects"]), id_of(made.after, "sales"))
    assert told["rows"].splitlines()[:2] == ["label,series,value", "Q1,north,1"]
    assert rows_of(chart(csv=told["rows"])) == rows_of(made, "sales")
    long = chart(rows=[{"label": f"{at} {'x' * 90}", "value": at} for at in range(500)])
    text = full(Layout(long.after["objects"]), id_of(long.after, "chart"))["rows"]
    assert len(text) < MAX_LENGTH + 40
    assert text.endswith(" more rows")
