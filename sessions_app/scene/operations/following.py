"""What follows the objects by itself until somebody sets it: the rig of lights, and the camera."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks.known import is_known, keep, surroundings_after
from sessions_app.scene.checks.leaves import is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.directions import to_cartesian, to_spherical
from sessions_app.scene.document.index import ANIMATED
from sessions_app.scene.document.kinds import LIGHT_KINDS
from sessions_app.scene.document.locks import lock_of
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.rig import RIG_LIGHTS, placed_light, rig_factor, rounded
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout, Objects, aim_point, united
from sessions_app.scene.geometry.motion import swept
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import View, framing, view_of, visibility
from sessions_app.scene.operations.fitting import fit_patterns

_Entity: TypeAlias = Mapping[str, Any]

# The picture's width divided by its height, where no page says: narrower ones step back.
ASPECT = 1.4
_MARGIN = 0.12
# From here up the camera frames by itself: objects beside each other do not hide one another.
_LEAST_ELEVATION = 12.0
# Where it goes from straight ahead, from where a box is a flat square: a little to the right, in
# degrees of `directions`.
_STRAIGHT, _OBLIQUE, _OBLIQUE_ELEVATION = 180.0, 160.0, 16.0
# What is read from straight ahead, and starts without walls and a ground that ends.
_FRONTAL, _OPEN = frozenset({"chart", "text"}), ("studio", "empty")
# Of each draft, the surroundings that were worked out last.
_last: WeakKeyDictionary[Edit, Surroundings] = WeakKeyDictionary()
# Of each draft, the objects that lights and camera followed last.
_followed: WeakKeyDictionary[Edit, Objects] = WeakKeyDictionary()
# Members that say nothing about where an object is or how large.
_LOOKS = frozenset({
    "angle", "animation", "color", "contact", "floating", "intensity", "locked", "material", "name",
    "tags",
})  # fmt: skip


def surroundings_now(edit: Edit) -> Surroundings:
    """Return the surroundings of the draft as it is now."""
    objects, last = edit.document["objects"], _last.get(edit)
    if last is not None and last.layout.objects is objects:
        return last
    touched = [key[1] for key in edit.touched if key[0] == "objects"]
    if last is not None:
        before = last.layout.objects
        changed = [each for each in touched if objects.get(each) is not before.get(each)]
        if all(_is_shapeless(last.layout, each, objects) for each in changed):
            _last[edit] = keep(last.with_others(last.layout.after(objects, changed)))
            return _last[edit]
    _last[edit] = surroundings_after(edit.original["objects"], objects, touched)
    return _last[edit]


def carry_on(edit: Edit) -> Surroundings | None:
    """Keep the surroundings of the draft for the next change, if those before it are known."""
    objects = edit.document["objects"]
    if is_known(objects) or is_known(edit.original["objects"]):
        return surroundings_now(edit)
    return None


def _is_shapeless(layout: Layout, id_: str, objects: Objects) -> bool:
    """Return whether a light or a camera, to which nothing belongs, was and is all there is."""
    before, now = layout.objects.get(id_), objects.get(id_)
    if before is None or now is None or layout.children(id_):
        return False
    return before["kind"] == now["kind"] and is_lamp_or_camera(now)


def is_lamp_or_camera(entity: _Entity) -> bool:
    return entity["kind"] == "camera" or entity["kind"] in LIGHT_KINDS


def follow(edit: Edit) -> None:
    """Fit the rig to what is visible, and have the camera frame what it does not show.

    Lights and cameras that somebody has set are not `fitted` any more and stay as they are. Before
    that, patterns are fitted to what they repeat.

    Raises:
        InvalidValueError: more copies would be drawn than pages can draw.
    """
    if _followed.get(edit) is edit.document["objects"]:
        return
    fit_patterns(edit)
    changed = _changed(edit)
    moved = [id_ for id_, old, new in changed if _is_moved(old, new)]
    animated = [id_ for id_, old, new in changed if _is_animated(old, new)]
    if moved or animated:
        _fit(edit, moved, animated)
    _followed[edit] = edit.document["objects"]


def _fit(edit: Edit, moved: list[str], animated: list[str]) -> None:
    around = surroundings_now(edit)
    bounds = around.subject
    if bounds is None:
        return
    if moved:
        _fit_lights(edit, around, bounds)
    _frame(edit, around, bounds, moved, animated)


def active_view(document: Mapping[str, Any], around: Surroundings) -> View | None:
    """Return the view of the active camera; None where the scene has none."""
    camera = document["camera"]
    if camera is None:
        return None
    entity = document["objects"][camera]
    position = around.layout.frame(camera).origin
    aim = aim_of(entity, around)
    if math.dist(position, aim) == 0:
        return None
    return view_of(position, aim, entity.get("fov", 32.0), ASPECT)


def aim_of(entity: Mapping[str, Any], around: Surroundings) -> Vector:
    """Return the point of the world that a light or a camera looks at."""
    return aim_point(around.layout, entity)


def _changed(edit: Edit) -> list[tuple[str, _Entity, _Entity]]:
    """Return the ids of touched objects, with what they were and are; {} is not there."""
    before, after = edit.original["objects"], edit.objects
    ids = [key[1] for key in edit.touched if key[0] == "objects"]
    return [(id_, before.get(id_, {}), after.get(id_, {})) for id_ in ids]


def _is_moved(old: _Entity, new: _Entity) -> bool:
    """Return whether an object was added, removed, moved or resized."""
    if is_lamp_or_camera(old or new):
        return False
    differing = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return not differing <= _LOOKS


def _is_animated(old: _Entity, new: _Entity) -> bool:
    """Return whether an object moves otherwise than before."""
    return "animation" in new and old.get("animation") != new["animation"]


def _fit_lights(edit: Edit, around: Surroundings, bounds: Bounds) -> None:
    index, factor = around.layout.index, rig_factor(bounds.size)
    start = edit.document["start"]
    for name in RIG_LIGHTS:
        id_ = index.names.get(name)
        entity = index.objects[id_] if id_ else {}
        # Another object may have the name of a light that is gone.
        is_rig = bool(entity) and (entity["kind"], entity["name"]) == ("area_light", name)
        if id_ and is_rig and _follows(index.objects, id_):
            for member, value in placed_light(name, bounds.center, factor, start).items():
                edit.set(("objects", id_), member, value)


def _frame(
    edit: Edit, around: Surroundings, bounds: Bounds, moved: list[str], animated: list[str]
) -> None:
    camera = edit.document["camera"]
    if camera is None or not _follows(edit.objects, camera):
        return
    entity = edit.get(("objects", camera))
    if "animation" in entity or not _is_frame_due(edit, around, moved, animated):
        return
    bounds = united([bounds, *_sweeps(around, around.layout.index.roles[ANIMATED])]) or bounds
    aim = aim_of(entity, around)
    away = vectors.subtract(around.layout.frame(camera).origin, aim)
    seen = to_spherical(*away, keep_azimuth_degrees=180.0)
    azimuth, elevation = seen.azimuth_degrees, max(seen.elevation_degrees, _LEAST_ELEVATION)
    if math.isclose(azimuth, _STRAIGHT, abs_tol=0.1) and _may_be_oblique(edit):
        azimuth, elevation = _OBLIQUE, max(elevation, _OBLIQUE_ELEVATION)
    toward = to_cartesian(azimuth, elevation, 1.0)
    framed = framing(bounds.corners(), toward, entity.get("fov", 32.0), ASPECT, _MARGIN)
    position = rounded([PLACE_RANGE.clamp(each) for each in framed.position])
    edit.set(("objects", camera), "position", position)
    edit.set(("objects", camera), "aim", rounded([PLACE_RANGE.clamp(each) for each in framed.aim]))


def _may_be_oblique(edit: Edit) -> bool:
    """Return whether nothing has to be seen from straight ahead."""
    if edit.document["start"] not in _OPEN:
        return False
    return all(entity["kind"] not in _FRONTAL for entity in edit.objects.values())


def _follows(objects: Objects, id_: str) -> bool:
    """Return whether a light or a camera follows the objects: nobody has set or locked it."""
    return bool(objects[id_].get("fitted")) and lock_of(objects, id_) is None


def _sweeps(around: Surroundings, ids: Iterable[str]) -> Iterator[Bounds]:
    """Yield wherever those of these objects come that move and are seen."""
    layout = around.layout
    for each in ids:
        if "animation" in layout.objects[each]:
            bounds = swept(layout, each)
            seen = any(leaf in around.leaves for leaf in layout.solids(each))
            if bounds is not None and seen and not is_ground(bounds):
                yield bounds


def _is_frame_due(edit: Edit, around: Surroundings, moved: list[str], animated: list[str]) -> bool:
    """Return whether something that moved is not wholly in the picture, or nothing was there."""
    layout = around.layout
    solids = [
        leaf
        for each in moved
        if each in layout.objects
        for leaf in layout.solids(each)
        if leaf in around.leaves and not is_ground(around.leaves[leaf].bounds)
    ]
    sweeps = list(_sweeps(around, animated))
    if not solids and not sweeps:
        return False
    earlier = surroundings_after(edit.original["objects"], edit.original["objects"], ())
    if earlier.subject is None or earlier.leaves.keys().isdisjoint(around.leaves):
        return True
    view = active_view(edit.document, around)
    boxes = [*(around.leaves[leaf].bounds for leaf in solids), *sweeps]
    whole = united(boxes)
    if view is None or whole is None:
        return view is None
    # Mostly all of it is in the picture, which is seen at once.
    return visibility(view, whole) != "inside" and any(
        visibility(view, box) != "inside" for box in boxes
    )
