"""What any document of version 1 may hold, to check what operations make of one."""

import re
from collections.abc import Iterator
from typing import Any

from sessions_app.scene import document as limits
from sessions_app.scene.document import Document, Range, new_document

_COLOR = re.compile(r"#[0-9a-f]{6}")
_RANGES = {
    r"/model/scale\[\d\]": limits.SIZE_RANGE,
    r"/model/rotationDegrees\[\d\]|.*/azimuthDegrees": Range(0, 360),
    r".*/intensity": limits.INTENSITY_RANGE,
    r"/lights/\w+/size\[\d\]": limits.LIGHT_SIZE_RANGE,
    r".*/elevationDegrees": Range(-90, 90),
    r"/lights/\w+/distance": limits.LIGHT_DISTANCE_RANGE,
    r"/camera/fovDegrees": limits.CAMERA_FOV_DEGREES_RANGE,
    r"/camera/distance": limits.CAMERA_DISTANCE_RANGE,
}


def require_valid(document: Document) -> None:
    """It has the members of the start document, and each value is one that the page accepts."""
    values = dict(_leaves(document))
    assert values.keys() == dict(_leaves(new_document())).keys()
    assert values.pop("/version") == limits.SCENE_VERSION
    for path, value in values.items():
        if path.endswith("/color"):
            assert _COLOR.fullmatch(value), path
        else:
            [accepted] = [known for where, known in _RANGES.items() if re.fullmatch(where, path)]
            assert value in accepted, (path, value)
            assert value != 360 or accepted.maximum != 360, path


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, member in node.items():
            yield from _leaves(member, f"{path}/{name}")
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from _leaves(member, f"{path}[{place}]")
    else:
        yield path, node
