"""The solids that a prop draws, as the copies of a pattern are known: in its own space."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.arrangements import Copy
from sessions_app.scene.geometry.copies import Drawn, Part, Pose
from sessions_app.scene.geometry.vectors import ORIGIN, Frame, Vector
from sessions_app.scene.props.parts import parts_of

_KEPT = 1024
_ONCE = Copy(1, ORIGIN, ORIGIN, 1.0)


def is_prop(entity: Mapping[str, Any]) -> bool:
    """Whether it is drawn as the parts of a recipe."""
    return bool(entity["kind"] == "prop")


def drawn_prop(entity: Mapping[str, Any], size: Vector | None = None) -> Drawn:
    """Return what a prop draws, about the middle of its box; of an unknown one, a box.

    Args:
        entity: of the prop.
        size: of its box, where a copy of it has another one.
    """
    own = size or vectors.vector(entity["size"])
    return _drawn(entity["prop"], entity.get("form", ""), own)


@lru_cache(maxsize=_KEPT)
def _drawn(prop: str, form: str, size: Vector) -> Drawn:
    unit = [
        Part("", part.kind, _around(part.size, part.kind, part.radius), Pose(
            Frame(part.center, vectors.rotation(part.rotation))
        ))
        for part in parts_of(prop, form, size)
    ]  # fmt: skip
    return Drawn([_ONCE], unit or [Part("", "box", size, Pose())])


def _around(size: Vector, kind: str, radius: float) -> Vector:
    """Return the size of a part: that of a tube is around its line."""
    thick = 2 * radius if kind == "tube" else 0.0
    return (size[0] + thick, size[1] + thick, size[2] + thick)
