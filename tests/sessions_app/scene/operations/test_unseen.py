"""What check_scene says of what nobody sees, and how much it looked at."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations.inspecting import Question, inspect
from tests.support.operations import step_of


def done(document: Document, name: str, /, **given: Any) -> Document:
    return step_of(name, **given)(document).after


def scene(*objects: dict[str, Any]) -> Document:
    return done(new_document("empty"), "add_objects", objects=list(objects))


@pytest.mark.parametrize(
    ("ball", "environment", "sentence", "tool"),
    [
        ({"size": [0.004] * 3}, {}, "ball is too small to be seen: 0.", "set_camera"),
        ({"visible": False}, {}, "ball is not drawn: it is not visible", "update_objects"),
        ({"opacity": 0.01}, {}, "ball is hardly seen: its opacity is 0.01", "update_objects"),
        (
            {},
            {"fog": "white", "fog_near": 0.2, "fog_far": 1},
            "ball is in the fog",
            "set_environment",
        ),
    ],
)
def test_it_says_why_something_cannot_be_seen(
    ball: dict[str, Any], environment: dict[str, Any], sentence: str, tool: str
) -> None:
    crate = {"kind": "box", "name": "crate", "size": [2, 1, 1]}
    seen = {"kind": "sphere", "name": "ball", "size": [0.4] * 3, "position": [0.6, 0.2, 1]}
    document = scene(crate, seen | ball)
    document = done(document, "set_camera", view="front")
    if environment:
        document = done(document, "set_environment", **environment)
    found = inspect(document, Question(targets=["ball"]))
    assert sentence in found.summary
    [odd] = [each for each in found.values["odd"] if sentence in each["what"]]
    assert odd["fix"]["tool"] == tool
    mended = done(document, tool, **odd["fix"]["arguments"])
    assert sentence not in inspect(mended, Question(targets=["ball"])).summary


def test_it_says_that_parts_were_looked_at() -> None:
    parts = [{"kind": "box", "parent": "cart", "position": [x, 0.5, 0]} for x in (0, 1, 2)]
    document = scene({"kind": "group", "name": "cart"}, *parts)
    assert "about 1 object with all its 3 parts." in inspect(document, Question()).summary


def test_what_is_far_away_is_told_where_it_is_asked_for_alone() -> None:
    near, far = ({"kind": "box", "name": name, "size": [1, 1, 1]} for name in ("near", "far"))
    document = scene(near, far | {"position": [0, 0.5, -2000]})
    camera = step_of("set_camera", position=[1, 1, 5], look_at="0, 0.5, 0")
    assert "too small" not in camera(document).summary
    whole = inspect(camera(document).after, Question())
    assert whole.summary.count("far is too small to be seen") == 1
    assert "near is" not in whole.summary
    behind = done(camera(document).after, "set_camera", position=[0, 1, -9], look_at="0, 1, 5")
    assert "too small" not in inspect(behind, Question(targets=["far"])).summary
