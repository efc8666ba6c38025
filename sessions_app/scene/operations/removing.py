"""Removes objects with all that belongs to them."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.objects import copy_name
from sessions_app.scene.document.index import CAMERA
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.document.targets import Target
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.copies import copies_of
from sessions_app.scene.operations.answers import listed_names, objects_report
from sessions_app.scene.operations.arguments import Skipping, Texts
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.following import aim_of, surroundings_now
from sessions_app.scene.operations.lighting import within_reach
from sessions_app.scene.operations.limits import MAX_ITEMS
from sessions_app.scene.operations.locked import require_any
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.taking_out import remove_copy, whole


class RemoveObjects(Skipping):
    targets: Annotated[Texts, Field(min_length=1, max_length=MAX_ITEMS)]


@operation("remove_objects", RemoveObjects)
def remove_objects(edit: Edit, given: RemoveObjects) -> Report:
    """Remove objects with all that belongs to them.

    What aimed at one of them, or went round it, keeps the point. If the active camera is removed,
    another one becomes active.

    Raises:
        UnknownTargetError: a target is not there; nothing is removed then.
        InvalidValueError: it is the last camera.
    """
    draft = Draft(edit)
    found, copies = _found(draft, given.targets)
    require_any(edit, [*found, *copies])
    names = [copy_name(draft.layout(), each.id, each.copy) for each in copies if each.copy]
    patterns = _remove_copies(draft, copies)
    chosen = list(_outermost(draft, [*found, *_without_copies(edit, patterns)]))
    names = [*(draft.objects[each]["name"] for each in chosen), *names]
    gone = remove(draft, chosen)
    more = len(gone) - len(chosen)
    headline = f"Removed {listed_names(names)}"
    if more:
        what = "an object that belongs" if more == 1 else f"{more} objects that belong"
        headline += f" and {what} to {'it' if len(chosen) == 1 else 'them'}"
    return objects_report(
        edit, f"{headline}.", patterns, words=f"{headline}.", notes=draft.report_notes()
    )


def _found(draft: Draft, targets: Iterable[str]) -> tuple[list[str], list[Target]]:
    """Return the ids of the chosen objects, and the chosen copies of other patterns."""
    found: dict[str, None] = {}
    copies: dict[Target, None] = {}
    for index, text in enumerate(targets):
        with at(f"targets[{index}]"):
            for target in draft.unlocked(draft.targets.find(text)):
                if target.part is not None:
                    found[draft.own(target)] = None
                elif target.copy is None:
                    found[whole(draft.index.graph, target.id)] = None
                else:
                    copies[target] = None
    return list(found), [each for each in copies if each.id not in found]


def _remove_copies(draft: Draft, copies: Iterable[Target]) -> list[str]:
    """Remove copies; return the ids of their patterns."""
    patterns: dict[str, None] = {}
    layout = draft.layout()
    for each in copies:
        remove_copy(draft.edit, each.id, each.copy or 0, layout)
        patterns[each.id] = None
    return list(patterns)


def _without_copies(edit: Edit, patterns: Iterable[str]) -> Iterator[str]:
    """Yield the patterns of which no copy is left."""
    return (each for each in patterns if not copies_of(edit.get(("objects", each))))


def _outermost(draft: Draft, chosen: Iterable[str]) -> Iterator[str]:
    """Yield the outermost of the chosen objects, each once."""
    every, objects = dict.fromkeys(chosen), draft.objects
    for each in every:
        above = objects[each].get("parent")
        while above is not None and above not in every:
            above = objects[above].get("parent")
        if above is None:
            yield each


def remove(draft: Draft, tops: Iterable[str]) -> list[str]:
    """Remove objects with all that belongs to them; return the ids of all.

    Raises:
        InvalidValueError: no camera would be left.
    """
    gone = [each for top in tops for each in draft.subtree(top)]
    away = set(gone)
    _choose_camera(draft, away)
    _keep_aims(draft, away)
    _keep_orbits(draft, away)
    for each in _referring(draft, away):
        contact = draft.objects[each].get("contact", {})
        if not away.isdisjoint(contact.values()):
            kept = {name: other for name, other in contact.items() if other not in away}
            draft.set(each, "contact", kept)
    for each in reversed(gone):
        draft.remove(each)
    return gone


def _referring(draft: Draft, away: set[str]) -> list[str]:
    """Return the ids of what aims at, orbits or is declared to touch something that is removed."""
    found = (other for each in sorted(away) for other in draft.index.referring[each])
    return [other for other in dict.fromkeys(found) if other not in away]


def _choose_camera(draft: Draft, away: set[str]) -> None:
    """Have another camera be the active one if that is removed."""
    objects, active = draft.objects, draft.edit.get(())["camera"]
    cameras = draft.index.roles[CAMERA]
    left = [each for each in cameras if each not in away]
    if cameras and not left:
        raise InvalidValueError(
            f"{objects[cameras[0]]['name']} is the last camera, and a scene needs one: change it by"
            " set_camera, or add another camera first."
        )
    if active in away:
        draft.edit.set((), "camera", left[0])
        draft.notes.append(f"The scene is now seen through {objects[left[0]]['name']}.")


def _keep_orbits(draft: Draft, away: set[str]) -> None:
    """Have what goes round something that is removed go round the point where it was."""
    for each in _referring(draft, away):
        entity = draft.objects[each]
        orbit = entity.get("animation", {}).get("orbit", {})
        around = orbit.get("around")
        if not isinstance(around, str) or around not in away:
            continue
        point = rounded(draft.layout([around]).frame(around).origin)
        shown = ", ".join(f"{value:g}" for value in point)
        draft.notes.append(
            f"{entity['name']} goes on orbiting {shown}, where {draft.objects[around]['name']} was."
        )
        draft.set(each, "animation", {**entity["animation"], "orbit": {**orbit, "around": point}})


def _keep_aims(draft: Draft, away: set[str]) -> None:
    """Have lights and cameras that aim at what is removed aim at the point where it was."""
    aiming = [
        each
        for each in _referring(draft, away)
        if isinstance(aim := draft.objects[each].get("aim"), str) and aim in away
    ]
    if not aiming:
        return
    around = surroundings_now(draft.edit)
    for each in aiming:
        entity = draft.objects[each]
        point = within_reach(aim_of(entity, around))
        shown = ", ".join(f"{value:g}" for value in point)
        draft.notes.append(
            f"{entity['name']} stays aimed at {shown}, where {draft.objects[entity['aim']]['name']}"
            " was."
        )
        draft.set(each, "aim", point)
