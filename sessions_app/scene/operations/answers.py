"""What operations on objects report: a line each, and what is odd with the call that mends it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks import Lighting, Oddity, View, find, worst
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.descriptions.objects import object_line
from sessions_app.scene.document.kinds import LIGHT_KINDS
from sessions_app.scene.geometry.layout import Objects
from sessions_app.scene.geometry.views import shows
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.following import active_view, follow, surroundings_now

MAX_LINES = 20
MAX_NOTES = 6
_NAMES_SHOWN = 3
# What the summary may take, in bytes; sentences on browsers and scene follow it.
MAX_BYTES = 1_550


def objects_report(
    edit: Edit, headline: str, ids: Sequence[str], *, words: str, notes: Iterable[str] = ()
) -> Report:
    """Report a change of objects; lights and camera follow first, so that all is as it ends.

    The arguments are those of `present_report`.
    """
    follow(edit)
    return present_report(edit, headline, ids, words=words, notes=notes)


def present_report(
    edit: Edit, headline: str, ids: Sequence[str], *, words: str, notes: Iterable[str] = ()
) -> Report:
    """Report a change of objects as they are: nothing follows.

    Args:
        edit: with everything written.
        headline: what was done, one sentence.
        ids: of the objects to describe, in order; removed ones are skipped.
        words: what was done, for the person at the page.
        notes: more sentences: names that were changed, what was clamped.
    """
    around = surroundings_now(edit)
    objects = edit.document["objects"]
    there = [each for each in dict.fromkeys(ids) if each in objects]
    lines = [object_line(around.layout, each) for each in there[:MAX_LINES]]
    odd = oddities(edit, around)
    ends = [headline, *_bounded(list(notes)), *map(odd_line, odd)]
    kept = _fitting(lines, len(there), MAX_BYTES - _size(ends))
    summary = "\n".join([*ends[: len(ends) - len(odd)], *kept, *ends[len(ends) - len(odd) :]])
    values = {
        "objects": [_listed(objects, each) for each in there[:MAX_LINES]],
        "odd": odd_values(odd),
    }
    return Report(values=values, summary=summary, words=words)


def oddities(edit: Edit, around: Surroundings) -> list[Oddity]:
    """Return what is odd about what the edit touched, the worst first."""
    view = checked_view(edit.document, around)
    lighting = lighting_of(edit.document, has_changed=_has_new_light(edit))
    return worst(around, find(around, view, light=lighting), view=view)


def checked_view(document: Mapping[str, Any], around: Surroundings) -> View | None:
    """Return the active camera as checks ask for it."""
    camera = active_view(document, around)
    if camera is None:
        return None
    return View(camera.frame.origin, partial(shows, camera), camera)


def lighting_of(document: Mapping[str, Any], *, has_changed: bool) -> Lighting:
    """Return what lights a scene besides its lights.

    Args:
        document: the scene's.
        has_changed: as in `Lighting`.
    """
    environment = document["environment"]
    strength = environment["lightIntensity"] if environment["light"] != "none" else 0.0
    return Lighting(max(strength, environment["ambient"]) > 0, has_changed)


def _has_new_light(edit: Edit) -> bool:
    """Return whether the edit touched a light or the environment."""
    before, after = edit.original["objects"], edit.document["objects"]
    return any(
        key == ("environment",)
        or (key[0] == "objects" and (after.get(key[1]) or before[key[1]])["kind"] in LIGHT_KINDS)
        for key in edit.touched
    )


def shown_names(edit: Edit, ids: Sequence[str], objects: Objects | None = None) -> str:
    """Return the names of objects for a sentence: "table, vase and 3 more".

    Args:
        edit: the document.
        ids: of the objects.
        objects: an earlier state of all objects, in which they still are.
    """
    known = edit.objects if objects is None else objects
    return listed_names([str(known[each]["name"]) for each in ids])


def listed_names(every: Sequence[str]) -> str:
    """Return names for a sentence: "table, vase and 3 more"."""
    names, more = every[:_NAMES_SHOWN], len(every) - _NAMES_SHOWN
    if more > 0:
        return f"{', '.join(names)} and {more} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _bounded(notes: list[str]) -> list[str]:
    more = len(notes) - MAX_NOTES
    return [*notes[:MAX_NOTES], f"And {more} more notes like these."] if more > 0 else notes


def _fitting(lines: list[str], count: int, room: int) -> list[str]:
    """Return as many lines as there is room for, and how many objects are left out."""
    kept: list[str] = []
    for line in lines:
        room -= _size([line])
        if room < 0:
            break
        kept.append(line)
    more = count - len(kept)
    return [*kept, f"and {more} more: get_scene lists them"] if more else kept


def _size(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _listed(objects: Any, name: str) -> dict[str, Any]:
    entity = objects[name]
    return {"name": entity["name"], "id": name, "kind": entity["kind"]}


def odd_values(odd: Iterable[Oddity]) -> list[dict[str, Any]]:
    """Return what is odd as a structure."""
    return [{"what": each.sentence, "fix": each.fix} for each in odd]


def odd_line(odd: Oddity) -> str:
    """Say what is odd, with the call that mends it."""
    fix = json.dumps(odd.fix["arguments"], separators=(",", ":"), ensure_ascii=False)
    return f"Odd: {odd.sentence}: {odd.fix['tool']} {fix}"
