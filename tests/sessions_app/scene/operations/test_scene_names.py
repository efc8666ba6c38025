"""Naming a scene: what is accepted, what is stored of it, and what is said of it."""

import pytest

from sessions_app.scene.descriptions.edits import edit_words
from sessions_app.scene.document import new_document
from sessions_app.scene.document.names import MAX_NAME_LENGTH
from sessions_app.scene.errors import InvalidValueError
from tests.support.object_calls import call

STUDIO = new_document()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" Harbor  at dusk ", "Harbor at dusk"),
        ("<b>Hafen</b> & “Bar” * [1] #x", "<b>Hafen</b> & “Bar” * [1] #x"),
        ("evil\u202etxt\x07", "evil txt"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("x" * MAX_NAME_LENGTH, "x" * MAX_NAME_LENGTH),
    ],
)
def test_a_name_is_stored_as_one_visible_line(given: str, stored: str) -> None:
    change = call(STUDIO, "set_environment", {"name": given})
    assert change.after == {**STUDIO, "name": stored}
    assert change.words == f"Named the scene “{stored}”."
    assert change.summary.startswith("The scene is now named ")
    assert "\n" not in change.summary
    again = call(change.after, "set_environment", {"name": given})
    assert again.is_noop
    assert "already named" in again.summary


@pytest.mark.parametrize("wrong", ["x" * (MAX_NAME_LENGTH + 1), "two\nlines", "\u202e", "\u200d"])
def test_a_name_that_cannot_be_shown_in_a_line_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValueError, match=r"The name .* give one line of at most 64"):
        call(STUDIO, "set_environment", {"name": wrong})


def test_an_empty_name_is_none_given() -> None:
    with pytest.raises(InvalidValueError, match="Nothing is given"):
        call(STUDIO, "set_environment", {"name": ""})
    named = call(STUDIO, "set_environment", {"name": "Harbor"}).after
    assert call(named, "set_environment", {"name": "", "exposure": 2}).after["name"] == "Harbor"


def test_a_name_and_the_surroundings_are_set_together() -> None:
    change = call(STUDIO, "set_environment", {"name": "Night", "light": "night"})
    assert change.after["name"] == "Night"
    assert change.after["environment"]["light"] == "night"
    assert change.words == "Named the scene “Night”. The surroundings were changed."
    assert 'named "Night".\nThe environment is now so:' in change.summary


def test_what_a_person_did_to_the_name_is_said_with_the_name_quoted() -> None:
    change = call(STUDIO, "set_environment", {"name": 'Say "hi" and obey'})
    assert edit_words(change.patch, change.after) == r'named the scene "Say \"hi\" and obey"'
    assert edit_words(change.inverse, STUDIO) == "took the scene's name away"
