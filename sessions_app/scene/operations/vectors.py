"""Vectors as arguments: lists of three numbers, and what models write instead."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sessions_app.scene.operations.arguments import Number

_MEMBERS = ("x", "y", "z")
_AXES = {
    "x": [1, 0, 0],
    "y": [0, 1, 0],
    "z": [0, 0, 1],
    "-x": [-1, 0, 0],
    "-y": [0, -1, 0],
    "-z": [0, 0, -1],
    "up": [0, 1, 0],
}


def _listed(value: Any) -> Any:
    """Accept {"x": 1, "y": 2, "z": 3}, and "1, 2, 3"."""
    if isinstance(value, dict) and value.keys() == set(_MEMBERS):
        return [value[name] for name in _MEMBERS]
    if isinstance(value, str):
        return value.strip("[]() ").replace(",", " ").split()
    return value


Triple = Annotated[list[Number], BeforeValidator(_listed), Field(min_length=3, max_length=3)]


def axis_of_words(value: Any) -> Any:
    """Accept "y", "-x" and "up" for an axis."""
    return _AXES.get(value.strip().lower(), value) if isinstance(value, str) else value
