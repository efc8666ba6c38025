"""The start state of a scene document of version 1, and the ranges of its numbers."""

import json
from pathlib import Path

from sessions_app.scene.document import Range, new_document

FIXTURE = Path(__file__).parents[3] / "fixtures" / "scene_v1.json"


def test_the_start_document_is_the_fixture_that_the_page_reads() -> None:
    assert new_document() == json.loads(FIXTURE.read_text())


def test_two_new_documents_share_nothing() -> None:
    first = new_document()
    first["lights"]["key"]["size"].append(1)
    assert new_document() == json.loads(FIXTURE.read_text())


def test_ends_of_a_range_belong_to_it() -> None:
    accepted = Range(0.01, 100)
    assert [0.01 in accepted, 100 in accepted, 100.1 in accepted] == [True, True, False]
    assert [accepted.clamp(value) for value in (0, 5, 500)] == [0.01, 5, 100]
    assert str(accepted) == "0.01 to 100"


def test_a_number_that_json_or_python_takes_for_one_is_in_no_range() -> None:
    wrong = (True, "1", None, [1], float("nan"), float("inf"), 10**400)
    assert not any(value in Range(0, 1000) for value in wrong)
