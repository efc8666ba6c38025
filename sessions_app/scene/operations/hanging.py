"""Gives an object another parent, in place."""

from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.motion import rebased
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.numbers import stored_numbers


def hang_below(draft: Draft, id_: str, parent: str | None) -> None:
    """Change the parent of an object, which keeps its place in the world.

    Args:
        draft: the objects.
        id_: of the object.
        parent: the id of its new parent, which does not belong to it; None is the world.
    """
    entity = draft.objects[id_]
    layout = draft.layout()
    inside = layout.frame(parent).frame_inside(layout.frame(id_))
    if "animation" in entity:
        before = layout.frame(entity.get("parent"))
        change = layout.frame(parent).frame_inside(before)
        draft.set(id_, "animation", rebased(entity["animation"], change))
    draft.set(id_, "parent", parent)
    draft.set(id_, "position", stored_numbers(inside.origin))
    if "rotation" in KINDS[entity["kind"]]:
        angles = [normalize_degrees(angle) for angle in vectors.angles(inside.turn)]
        draft.set(id_, "rotation", angles)
