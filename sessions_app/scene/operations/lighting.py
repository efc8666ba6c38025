"""What lights and cameras look at, and where they are if an item does not say."""

from collections.abc import Mapping
from typing import Any

from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document.kinds import KINDS, LIGHT_KINDS
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.rig import rig_factor, rounded
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.views import framing, view_direction
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.following import ASPECT, surroundings_now
from sessions_app.scene.operations.items import point
from sessions_app.scene.operations.paths import at

# Where a light is from the middle of all that is visible: from the front left, above, in degrees,
# and in meters for something as large as the bust.
_AZIMUTH, _ELEVATION, _DISTANCE = 225.0, 45.0, 1.5
# How far above the highest thing a light without a direction is, in parts of that size.
_RISE = 0.5
_VIEW, _MARGIN = "three quarter", 0.12
# What there is around where nothing is visible yet, in meters.
_NOTHING = Bounds((-0.5, 0.0, -0.5), (0.5, 1.0, 0.5))


def is_aimed(kind: str) -> bool:
    return "aim" in KINDS[kind]


def read_facing_as_aim(kind: str, given: dict[str, Any]) -> None:
    """Rename the argument `facing` of lights and cameras, which are aimed and not turned."""
    if is_aimed(kind) and "facing" in given and "aim" not in given:
        given["aim"] = given.pop("facing")


def aim_in(
    draft: Draft, given: str | list[float], path: str, before: int | None = None
) -> str | list[float]:
    """Return what an item's `aim` names, ready to be stored: an object's id, or a point.

    Args:
        draft: the objects.
        given: what the item says.
        path: of the argument.
        before: as in `Draft.find`.

    Raises:
        InvalidValueError: nothing has the name, or it names several objects.
    """
    if not isinstance(given, str):
        return point(given, path, draft.notes)
    with at(path):
        return draft.find_whole(given, before)


def complete(draft: Draft, items: Mapping[str, Mapping[str, Any]]) -> None:
    """Give added lights and cameras the places and aims that their items do not name.

    Args:
        draft: with everything else in its place.
        items: the arguments of what was added, by id.
    """
    open_ = {
        each: given
        for each, given in items.items()
        if draft.objects[each]["kind"] in (*LIGHT_KINDS, "camera")
        and (
            "position" not in given
            or (is_aimed(draft.objects[each]["kind"]) and "aim" not in given)
        )
    }
    if not open_:
        return
    for each, given in open_.items():
        if "position" not in given:
            # Solids that belong to a light count where they are, so that must be near the others.
            draft.set(each, "position", [0.0, 0.0, 0.0])
    around = surroundings_now(draft.edit).subject or _NOTHING
    for each, given in open_.items():
        kind = draft.objects[each]["kind"]
        if is_aimed(kind) and "aim" not in given:
            draft.set(each, "aim", within_reach(around.center))
        if "position" not in given:
            parent = draft.layout().frame(draft.objects[each].get("parent"))
            place = parent.inside(_place(draft.objects[each], around))
            draft.set(each, "position", within_reach(place))


def _place(entity: Mapping[str, Any], around: Bounds) -> vectors.Vector:
    if entity["kind"] == "camera":
        fov = entity.get("fov", KINDS["camera"]["fov"].default)
        toward = view_direction(_VIEW)
        return framing(around.corners(), toward, fov, ASPECT, _MARGIN).position
    if not is_aimed(entity["kind"]):
        x, _, z = around.center
        return (x, around.high[1] + _RISE * around.diagonal, z)
    away = to_cartesian(_AZIMUTH, _ELEVATION, _DISTANCE * rig_factor(around.size))
    return vectors.add(around.center, vectors.vector(away))


def within_reach(point_: vectors.Vector) -> list[float]:
    """Return a point for storage, no farther away than objects may be."""
    return rounded([PLACE_RANGE.clamp(number) for number in point_])
