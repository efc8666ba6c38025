"""What a scene document of version 1 may hold."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from sessions_app.scene.document import (
    Document,
    InvalidDocumentError,
    Range,
    new_document,
    validate_document,
)
from sessions_app.scene.patches import apply_patch

FIXTURE = Path(__file__).parent.parent / "fixtures" / "scene_v1.json"


def test_the_start_document_is_the_fixture_that_the_page_reads() -> None:
    assert new_document() == json.loads(FIXTURE.read_text())


def test_the_start_document_is_valid() -> None:
    validate_document(new_document())


def test_two_new_documents_share_nothing() -> None:
    first = new_document()
    first["lights"]["key"]["size"].append(1)
    assert new_document() == json.loads(FIXTURE.read_text())


def test_maps_of_a_later_version_are_tolerated() -> None:
    validate_document(new_document() | {"objects": {"cube": {}}})


def test_ends_of_a_range_belong_to_it() -> None:
    accepted = Range(0.01, 100)
    assert [0.01 in accepted, 100 in accepted, 100.1 in accepted] == [True, True, False]
    assert [accepted.clamp(value) for value in (0, 5, 500)] == [0.01, 5, 100]
    assert str(accepted) == "0.01 to 100"


WRONG_VALUES: list[tuple[str, Any]] = [
    ("/version", 2),
    ("/version", True),
    ("/model", None),
    ("/model", []),
    ("/model/color", "#FFFFFF"),
    ("/model/color", "#fff"),
    ("/model/color", "#ffffff\n"),
    ("/model/color", "teal"),
    ("/model/color", 0),
    ("/model/scale", [1, 1]),
    ("/model/scale", [1, 1, 0]),
    ("/model/scale", [1, 1, "1"]),
    ("/model/scale", {"0": 1, "1": 1, "2": 1}),
    ("/model/rotationDegrees", [0, 0, 360]),
    ("/model/rotationDegrees", [0, -1, 0]),
    ("/lights/key/intensity", -0.1),
    ("/lights/key/intensity", 1000.1),
    ("/lights/key/intensity", math.nan),
    ("/lights/key/intensity", math.inf),
    ("/lights/key/intensity", 10**400),
    ("/lights/key/intensity", True),
    ("/lights/fill/size", [0.05, 1]),
    ("/lights/fill/azimuthDegrees", 360),
    ("/lights/fill/elevationDegrees", 90.1),
    ("/lights/fill/distance", 0.4),
    ("/ambient/intensity", "0.1"),
    ("/background/color", None),
    ("/camera/fovDegrees", 4),
    ("/camera/distance", 65),
]


@pytest.mark.parametrize(("path", "value"), WRONG_VALUES)
def test_a_wrong_value_is_named_by_its_path(path: str, value: object) -> None:
    wrong = apply_patch(new_document(), [{"op": "replace", "path": path, "value": value}])
    _assert_refused(wrong, path)


@pytest.mark.parametrize("path", ["/version", "/lights", "/lights/key", "/camera/distance"])
def test_a_missing_member_is_named_by_its_path(path: str) -> None:
    _assert_refused(apply_patch(new_document(), [{"op": "remove", "path": path}]), path)


@pytest.mark.parametrize("path", ["/model/colour", "/lights/rim", "/camera/position"])
def test_an_unknown_member_is_named(path: str) -> None:
    wrong = apply_patch(new_document(), [{"op": "add", "path": path, "value": 1}])
    _assert_refused(wrong, path.rsplit("/", 1)[1])


@pytest.mark.parametrize("document", [None, [], "{}", 1])
def test_a_document_is_an_object(document: Any) -> None:
    _assert_refused(document, "root")


def _assert_refused(document: Document, named: str) -> None:
    with pytest.raises(InvalidDocumentError) as refused:
        validate_document(document)
    assert refused.value.code == "invalid_document"
    assert named in str(refused.value)
