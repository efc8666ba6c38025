"""What the answer to an export says that a file lacks, and what a document becomes as JSON."""

import json

from sessions_app.revisions.snapshots import compact
from sessions_app.scene.descriptions.exporting import left_out_of_glb
from sessions_app.scene.document import new_document, require_entities, upgrade
from tests.support.object_calls import add, call, id_of, update
from tests.support.scene_documents import all_entities


def test_what_a_glb_lacks_is_named() -> None:
    document = add(
        new_document("empty"),
        {"kind": "box", "name": "crate", "wireframe": True},
        {"kind": "box", "name": "ghost", "visible": False},
        *({"kind": "hemisphere_light", "name": f"sky {number}"} for number in range(8)),
        {"kind": "point_light", "name": "bulb"},
    ).after
    spinning = {"target": "crate", "motion": "spin"}
    document = call(document, "animate", {"animations": [spinning]}).after
    document = call(document, "set_environment", {"fog": "on"}).after
    assert left_out_of_glb(document, None) == [
        "area lights: key, fill",
        "hemisphere lights: sky 0, sky 1, sky 2, sky 3, sky 4, sky 5 and 2 more",
        "motions, at rest in the file: crate",
        "wireframes, whole in the file: crate",
        "hidden: ghost",
        "the environment: background, light of all around, exposure and shadows",
        "the floor",
        "fog",
    ]
    assert left_out_of_glb(document, [id_of(document, "bulb")]) == []


def test_a_document_is_the_same_after_a_way_through_json() -> None:
    document = add(
        new_document("room"),
        {"kind": "tube", "points": [[0, 0, 0], [1, 1, 0], [2, 0.1, 0]], "radius": 0.05},
        {"kind": "text", "text": "Ωmega", "name": "sign", "tags": ["été"]},
    ).after
    document = update(document, {"target": "sign", "rotation": [10, 20, 30]}).after
    back = json.loads(compact(document))
    assert upgrade.upgraded(back) == back == document
    require_entities(back, all_entities(back))
