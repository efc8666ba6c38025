"""Each oddity that check_scene reports is mended by its call, sent as it stands."""

from typing import Any

import pytest

from sessions_app.scene.checks import Oddity, find, worst
from sessions_app.scene.checks.known import surroundings_of
from sessions_app.scene.document import Document, require_entities
from sessions_app.scene.operations import OPERATIONS
from sessions_app.scene.operations.answers import checked_view, lighting_of
from sessions_app.scene.operations.inspecting import Question, inspect
from sessions_app.scene.operations.refusals import checked
from tests.support.odd_scenes import HIDDEN, ODD, UNLIT
from tests.support.operations import step_of
from tests.support.scene_documents import all_entities
from tests.support.small_scenes import document_of, scene, standing, table


def oddities(document: Document) -> list[Oddity]:
    around = surroundings_of(document["objects"]).whole()
    view = checked_view(document, around)
    lighting = lighting_of(document, has_changed=True)
    return worst(around, find(around, view, light=lighting), 100, view=view)


def sent(document: Document, fix: dict[str, Any]) -> Document:
    """The document after a fix, its arguments checked as those of any call."""
    operation = OPERATIONS[fix["tool"]]
    given = checked(operation.arguments, fix["arguments"], tool=fix["tool"])
    after = operation.on(given, float)(document).after
    require_entities(after, all_entities(after))
    return after


def seen_from(document: Document, *position: float) -> Document:
    """The document with its camera there, where it stays."""
    return step_of("set_camera", position=list(position), look_at="0, 0.5, 0")(document).after


SCENES: dict[str, tuple[str, Document]] = {
    **{name: (kind, document_of(objects)) for name, (kind, objects, _, _) in ODD.items()},
    **{
        name: ("behind", seen_from(document_of(objects), 0, 1, 6))
        for name, (objects, _) in HIDDEN.items()
    },
    **{
        name: ("unlit", step_of("set_environment", light="none")(without_rig).after)
        for name, (objects, _) in UNLIT.items()
        for without_rig in [
            step_of("remove_objects", targets=["key", "fill"])(document_of(objects)).after
        ]
    },
    "what the camera does not show": (
        "out_of_view",
        seen_from(document_of(scene(table(), far=standing((1, 1, 1), 40))), 0, 1, 4),
    ),
}


@pytest.mark.parametrize("name", SCENES)
def test_the_call_that_an_oddity_names_mends_it(name: str) -> None:
    kind, document = SCENES[name]
    found = [each for each in oddities(document) if each.kind == kind]
    assert found
    for odd in found:
        after = sent(document, odd.fix)
        assert (odd.kind, odd.ids) not in [(each.kind, each.ids) for each in oddities(after)]


def test_all_that_is_odd_is_mended_one_after_the_other() -> None:
    """As a model does it: the worst is mended, and the scene checked again."""
    document = document_of(
        scene(
            table(),
            vase=standing((0.1, 0.3, 0.1), base=0.9),
            sofa=standing((2, 0.8, 0.9), 0.5, base=-0.1),
            pane=standing((1, 1, 0.1), -3, material={"opacity": 0}),
            copy=standing((1, 1, 0.1), 3),
            again=standing((1, 1, 0.1), 3),
        )
    )
    document = seen_from(document, 0, 1, 12)
    for _ in range(8):
        odd = inspect(document, Question()).values["odd"]
        if not odd:
            return
        document = sent(document, odd[0]["fix"])
    raise AssertionError(odd)
