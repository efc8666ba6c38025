"""A scene's name follows its history, and stands in its row for lists."""

import pytest

from sessions_app.models import SceneSession
from sessions_app.scene.document import Document
from tests.support.line import ask, now
from tests.support.operations import step_of
from tests.support.scenes import color, make_scene_session, steer

pytestmark = pytest.mark.django_db


def named(scene_session: SceneSession, name: str) -> Document:
    return steer(scene_session, step_of("set_environment", name=name)).document


def test_undo_and_redo_take_the_name_along() -> None:
    scene_session = make_scene_session()
    assert now(scene_session).name == ""
    named(scene_session, "Harbor")
    named(scene_session, "Harbor at dusk")
    assert now(scene_session).name == "Harbor at dusk"
    steer(scene_session, color("teal"))
    ask(scene_session, "undo", steps=2)
    assert now(scene_session).name == "Harbor"
    assert "name" not in ask(scene_session, "undo").document
    assert now(scene_session).name == ""
    ask(scene_session, "redo", steps=3)
    assert now(scene_session).name == "Harbor at dusk"


def test_a_restore_brings_the_name_of_then_and_takes_none_away() -> None:
    scene_session = make_scene_session()
    ask(scene_session, "save", name="nameless")
    named(scene_session, "Harbor")
    ask(scene_session, "save", name="named")
    named(scene_session, "Quay")
    assert ask(scene_session, "restore", name="named").document["name"] == "Harbor"
    assert now(scene_session).name == "Harbor"
    for checkpoint in ("nameless", "start"):
        steer(scene_session, color("gold"))
        assert ask(scene_session, "restore", name=checkpoint).document["name"] == "Harbor"
    assert now(scene_session).name == "Harbor"
