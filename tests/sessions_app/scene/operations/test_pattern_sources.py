"""What is odd in what a pattern repeats: it is so in every copy, and mended in all at once."""

from typing import Any

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations import Change
from tests.support.operations import step_of


def done(document: Document, name: str, /, **given: Any) -> Change:
    return step_of(name, **given)(document)


def scene(*objects: dict[str, Any]) -> Document:
    return done(new_document("empty"), "add_objects", objects=list(objects)).after


def box(name: str, size: list[float], position: list[float], **members: Any) -> dict[str, Any]:
    return {"kind": "box", "name": name, "size": size, "position": position, **members}


def row_of(document: Document, target: str) -> Change:
    return done(document, "repeat_objects", target=target, pattern="row", count=4)


def test_what_touches_nothing_in_a_source_is_odd_once_and_mended_in_all_copies() -> None:
    chair = [
        {"kind": "group", "name": "chair"},
        box("seat", [0.5, 0.4, 0.5], [0, 0.2, 0], parent="chair"),
        box("back", [0.5, 0.5, 0.1], [0, 0.65, -0.2], parent="chair"),
    ]
    chairs = row_of(scene(*chair), "chair").after
    change = {"target": "back", "move_by": [0, 0, -0.3]}
    away = done(chairs, "update_objects", changes=[change])
    [odd] = away.values["odd"]
    assert odd["what"] == "back of chair touches nothing: 0.2 from seat"
    mended = done(away.after, odd["fix"]["tool"], **odd["fix"]["arguments"])
    assert "Odd: " not in mended.summary
    moved = {"target": "chair row", "move_by": [1, 0, 0]}
    assert "Odd: " not in done(chairs, "update_objects", changes=[moved]).summary


def test_parts_of_a_source_that_a_wall_holds_touch_something() -> None:
    panes = [
        box(name, [0.4, 0.8, 0.1], [0, y, 0], parent="window")
        for name, y in (("lower", 1), ("upper", 2.5))
    ]
    window = {"kind": "group", "name": "window", "position": [0, 0, 0]}
    held = scene(box("wall", [9, 4, 0.2], [0, 2, -0.15]), window, *panes)
    assert "touches nothing" not in row_of(held, "window").summary
    assert "touches nothing" in row_of(scene(window, *panes), "window").summary
