"""A motion that is asked for: what is to move, the arguments, and what is to be stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sessions_app.scene.document.graph import Objects
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.errors import quoted
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.numbers import limit_numbers


class Asked(NamedTuple):
    """A motion as it was asked for.

    `given` are the arguments by name, `around` the id or the point of the world that is to be
    orbited, and `path` that of the animation in the call: animations[3].
    """

    motion: str
    given: Mapping[str, Any]
    around: str | list[float] | None
    path: str


class Mover(NamedTuple):
    """What is to move: its id in a layout, and the moment in seconds of the server's clock."""

    id: str
    layout: Layout
    objects: Objects
    now: float

    @property
    def entity(self) -> Mapping[str, Any]:
        return self.objects[self.id]

    @property
    def name(self) -> str:
        return quoted(str(self.entity["name"]))


@dataclass(slots=True)
class Moves:
    """The motion to store; a new position where it has to begin elsewhere; what was clamped."""

    motion: dict[str, Any] = field(default_factory=dict)
    position: list[float] | None = None
    notes: list[str] = field(default_factory=list)


def number_of(asked: Asked, name: str, accepted: Range, default: float, moves: Moves) -> float:
    """Return an argument within what is accepted; note it where it was not."""
    value = asked.given.get(name, default)
    [limited], note = limit_numbers(accepted, **{f"{asked.path}.{name}": value})
    if note:
        moves.notes.append(note)
    return limited


def limited_place(point: list[float], path: str, moves: Moves) -> list[float]:
    """Return a point within what is accepted; note it where it was not."""
    names = {f"{path}[{axis}]": value for axis, value in enumerate(point)}
    limited, note = limit_numbers(PLACE_RANGE, **names)
    if note:
        moves.notes.append(note)
    return limited
