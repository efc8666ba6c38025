"""What any document may hold, to check what operations make of one."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sessions_app.scene.document import KINDS, SCENE_VERSION, Document, require_entities
from tests.support.scene_documents import all_entities

_NEGATIVE_ZERO = re.compile(r"-0\.0(?!\d)")


def require_valid(document: Document) -> None:
    """Each entity has only members of its kind, in their ranges and rounded, as the page reads."""
    assert document["version"] == SCENE_VERSION
    require_entities(document, all_entities(document))
    names = [entity["name"] for entity in document["objects"].values()]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(int(each[1:]) < document["next"] for each in document["objects"])
    for entity in document["objects"].values():
        assert set(entity) <= {"kind", *KINDS[entity["kind"]]}, entity
        assert 360 not in entity.get("rotation", [])
        for number in _numbers(entity):
            assert number == round(number, 6)
    assert set(document["environment"]) == set(KINDS["environment"])
    assert not _NEGATIVE_ZERO.search(json.dumps(document, allow_nan=False))


def _numbers(node: Any) -> Iterator[float]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _numbers(each)
    elif isinstance(node, int | float):
        yield node
