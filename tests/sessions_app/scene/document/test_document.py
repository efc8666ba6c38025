"""The documents that scenes start with, and the ranges of their numbers."""

import json
import math
from pathlib import Path
from typing import get_args

import pytest

from sessions_app.scene.document import Range, Start, new_document, require_entities
from sessions_app.scene.document.kinds import STARTS
from tests.support.scene_documents import all_entities

FIXTURE = Path(__file__).parents[3] / "fixtures" / "scene_v2.json"


def test_the_start_document_is_the_fixture_that_the_page_reads() -> None:
    assert new_document() == json.loads(FIXTURE.read_text())


def test_two_new_documents_share_nothing() -> None:
    first = new_document()
    first["objects"]["o2"]["size"].append(1)
    first["environment"]["background"].append("#000000")
    assert new_document() == json.loads(FIXTURE.read_text())


@pytest.mark.parametrize("start", get_args(Start))
def test_each_start_is_valid_lit_and_seen_by_a_camera(start: Start) -> None:
    document = new_document(start)
    require_entities(document, all_entities(document))
    assert document["start"] == start
    names = {entity["name"]: entity for entity in document["objects"].values()}
    assert names.keys() >= {"key", "fill", "camera"}
    assert names["key"]["kind"] == names["fill"]["kind"] == "area_light"
    assert document["objects"][document["camera"]] is names["camera"]
    assert all(each in document["objects"] for each in (f"o{document['next'] - 1}",))
    assert f"o{document['next']}" not in document["objects"]


def test_the_table_names_all_starts() -> None:
    assert get_args(Start) == STARTS


def test_the_studio_has_the_numbers_of_a_portrait_studio_in_meters() -> None:
    model, key, fill, camera = new_document()["objects"].values()
    assert model["size"][1] == 0.651
    assert model["position"][1] == 0.651 / 2  # it stands on the floor
    for light, distance, side, elevation in ((key, 0.789, 0.6, 26.33), (fill, 0.75, 0.8, 19.47)):
        away = [at - by for at, by in zip(light["position"], model["position"], strict=True)]
        assert math.hypot(*away) == pytest.approx(distance, abs=1e-5)
        assert math.degrees(math.asin(away[1] / distance)) == pytest.approx(elevation, abs=1e-3)
        assert light["size"] == [side, side]
    assert camera["position"] == [0, model["position"][1], 3.2]
    assert camera["aim"] == model["position"]


def test_ends_of_a_range_belong_to_it() -> None:
    accepted = Range(0.01, 100)
    assert [0.01 in accepted, 100 in accepted, 100.1 in accepted] == [True, True, False]
    assert [accepted.clamp(value) for value in (0, 5, 500)] == [0.01, 5, 100]
    assert str(accepted) == "0.01 to 100"


def test_a_number_that_json_or_python_takes_for_one_is_in_no_range() -> None:
    wrong = (True, "1", None, [1], float("nan"), float("inf"), 10**400)
    assert not any(value in Range(0, 1000) for value in wrong)
