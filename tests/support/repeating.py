"""Scenes whose objects are repeated, and what is drawn of them."""

import math
from typing import Any

from hypothesis import strategies as st

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, Piece
from sessions_app.scene.operations import OPERATIONS, Change
from sessions_app.scene.operations.refusals import checked

WITHIN = 0.001  # meters
# What repeat_objects may be asked for.
ARRANGEMENTS = st.fixed_dictionaries(
    {
        "pattern": st.sampled_from(["row", "grid", "circle", "scatter"]),
        "count": st.integers(1, 9),
    },
    optional={
        "gap": st.floats(0, 2),
        "axis": st.sampled_from(["x", "y", "z"]),
        "columns": st.integers(1, 9),
        "arc": st.floats(1, 1500),
        "rise": st.floats(-1, 1),
        "facing": st.sampled_from(["out", "in"]),
        "variation": st.floats(0, 0.9),
        "seed": st.integers(-(2**53), 2**53),
    },
)


def done(document: Document, name: str, /, **given: Any) -> Change:
    operation = OPERATIONS[name]
    arguments = checked(operation.arguments, given, tool=name)
    return operation.on(arguments, lambda: 1.8e9)(document)


def scene(*objects: dict[str, Any]) -> Document:
    return done(new_document("empty"), "add_objects", objects=list(objects)).after


def box(name: str = "box", **members: Any) -> dict[str, Any]:
    return {"kind": "box", "name": name, "size": [1, 1, 1], "position": [0, 0.5, 0], **members}


def chair(**members: Any) -> list[dict[str, Any]]:
    return [
        {"kind": "group", "name": "chair", **members},
        box("seat", size=[0.5, 0.1, 0.5], position=[0, 0.45, 0], parent="chair"),
        box("leg", size=[0.1, 0.4, 0.1], position=[0, 0.2, 0], parent="chair"),
        box("back", size=[0.5, 0.5, 0.1], position=[0, 0.75, -0.2], parent="chair"),
    ]


def id_of(document: Document, name: str) -> str:
    [found] = [each for each, one in document["objects"].items() if one["name"] == name]
    return str(found)


def repeated(document: Document, target: str, pattern: str, count: int, **given: Any) -> Change:
    return done(document, "repeat_objects", target=target, pattern=pattern, count=count, **given)


def pieces(document: Document, *names: str) -> list[Piece]:
    """All that is drawn of these objects."""
    layout = Layout(document["objects"])
    return [
        piece
        for name in names
        for solid in layout.solids(id_of(document, name))
        for piece in layout.pieces(solid)
    ]


def are_same(one: Piece, other: Piece) -> bool:
    """Whether two solids have their corners at the same places."""
    (kind, size, frame), (its_kind, its_size, its_frame) = one, other
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    return kind == its_kind and all(
        math.dist(
            frame.point(vectors.stretched(corner, size)),
            its_frame.point(vectors.stretched(corner, its_size)),
        )
        <= WITHIN
        for corner in corners
    )


def assert_same_pieces(one: list[Piece], other: list[Piece]) -> None:
    assert len(one) == len(other)
    left = list(other)
    for piece in one:
        found = next((index for index, its in enumerate(left) if are_same(piece, its)), None)
        assert found is not None, piece
        del left[found]
