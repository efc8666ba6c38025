"""What the items of a call ask their objects to stand on and to face."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sessions_app.scene.directions import azimuth_named, to_cartesian
from sessions_app.scene.document.kinds import COMPOSED_KINDS
from sessions_app.scene.document.names import key_of
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import is_solid
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.studio import kind_words

FLOOR = "floor"
# The viewer's azimuth, as the compass has it.
_VIEWER = 180.0


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction of the world."""

    x: float
    z: float


# The id of an object, a point of the world, or a direction in it.
Facing: TypeAlias = str | Vector | Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an object is asked to stand on and to face.

    Attributes:
        id: of the object.
        path: of the item that asks, for refusals.
        on: the id of an object, `floor`, or None.
        facing: what its front looks to.
        size: of a new group, which has it once everything is in it.
        has_place: whether it is where it was asked to be, or where it was.
        is_placed_at: whether the item names a position.
        is_new: whether the call adds it.
        base: how high above the floor a free place is for it, in meters.
    """

    id: str
    path: str
    on: str | None = None
    facing: Facing | None = None
    size: Sequence[float] | None = None
    has_place: bool = True
    is_placed_at: bool = False
    is_new: bool = False
    base: float = 0.0

    def after(self, earlier: "Wish | None") -> "Wish":
        """Return the wish with what an earlier one of the same call asks for besides."""
        if earlier is None:
            return self
        return replace(self, on=self.on or earlier.on, facing=self.facing or earlier.facing)

    @property
    def needs_room(self) -> bool:
        """Whether it goes to a free place on the floor."""
        return not self.has_place and self.on in (None, FLOOR)


def on_of(draft: Draft, text: str, path: str, before: int | None = None) -> str:
    """Return the id of what an item's `on` names, or `floor`.

    Args:
        draft: the objects.
        text: what the item says.
        path: of the argument.
        before: as in `Draft.find`.

    Raises:
        UnknownTargetError: nothing has the name.
        InvalidValueError: it names several objects, or what nothing stands on.
    """
    if key_of(text) == FLOOR:
        return FLOOR
    with at(path):
        found = draft.find_whole(text, before)
        entity = draft.objects[found]
        if not is_solid(entity) and entity["kind"] not in COMPOSED_KINDS:
            raise InvalidValueError(
                f"Nothing stands on {quoted(entity['name'])}, which is {kind_words(entity)}: name a"
                " solid, a group or floor."
            )
        return found


def facing_of(
    draft: Draft, given: str | Sequence[float], path: str, before: int | None = None
) -> Facing:
    """Return what an item's `facing` names: an object, a point, or a direction of the world.

    Args:
        draft: the objects.
        given: what the item says.
        path: of the argument.
        before: as in `Draft.find`.

    Raises:
        InvalidValueError: nothing has the name, or it names several objects.
    """
    if not isinstance(given, str):
        return vectors.vector(given)
    key = key_of(given)
    camera = draft.edit.get(())["camera"]
    if key == "camera" and camera is not None:
        return str(camera)
    azimuth = _VIEWER if key == "viewer" else azimuth_named(given)
    if azimuth is None:
        with at(path):
            return draft.find_whole(given, before)
    x, _, z = to_cartesian(azimuth, 0.0, 1.0)
    return Direction(x, z)
