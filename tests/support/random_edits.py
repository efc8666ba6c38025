"""Operations by chance, of a person or a model, on whatever objects there are."""

from random import Random
from typing import Any

KINDS = ("box", "ball", "cylinder", "cone")
COLORS = ("red", "teal", "lime", "gold", "#123456", "white")
FIXED = ("camera", "area_light", "sun", "point_light", "spot_light")
MOST_OBJECTS = 40
# How others' changes, locks and turned objects explain a refusal.
EXPECTED = {"invalid_argument", "locked", "step_refused", "uneven_factors"}


def some_place(chance: Random) -> list[float]:
    return [round(chance.uniform(-2, 2), 2), round(chance.uniform(0.2, 1.5), 2), 0.0]


def random_edit(
    chance: Random, document: dict[str, Any], *, is_persons: bool
) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of an operation."""
    names = [each["name"] for each in document["objects"].values() if each["kind"] not in FIXED]
    often = {"add_objects": 3, "history": 3, "set_environment": 1}
    if names:
        often |= {"update_objects": 8, "remove_objects": 2}
    if names and is_persons:
        often |= {"duplicate_objects": 1, "group_objects": 1, "lock_objects": 1}
    if len(names) >= MOST_OBJECTS:
        often |= {"add_objects": 0, "duplicate_objects": 0, "remove_objects": 8}
    [name] = chance.choices(list(often), list(often.values()))
    targets = chance.sample(names, min(len(names), chance.choice((1, 1, 2))))
    return name, _ARGUMENTS.get(name, _of_targets)(chance, targets)


def _added(chance: Random, _: list[str]) -> dict[str, Any]:
    made = {"kind": chance.choice(KINDS), "position": some_place(chance)}
    size = [round(chance.uniform(0.1, 0.6), 2)] * 3
    return {"objects": [made | {"size": size, "color": chance.choice(COLORS)}]}


def _steps(chance: Random, _: list[str]) -> dict[str, Any]:
    action = chance.choice(("undo", "undo", "redo"))
    return {"action": action, "steps": chance.choice((1, 1, 2, 3))}


def _background(chance: Random, _: list[str]) -> dict[str, Any]:
    return {"background": chance.choice(COLORS)}


def _updated(chance: Random, targets: list[str]) -> dict[str, Any]:
    return {"changes": [_change(chance, name) for name in targets]}


def _locked(chance: Random, targets: list[str]) -> dict[str, Any]:
    return {"targets": targets, "locked": chance.random() < 0.4}


def _of_targets(_: Random, targets: list[str]) -> dict[str, Any]:
    return {"targets": targets}


_ARGUMENTS = {
    "add_objects": _added,
    "history": _steps,
    "set_environment": _background,
    "update_objects": _updated,
    "lock_objects": _locked,
}


def _change(chance: Random, name: str) -> dict[str, Any]:
    return {"target": name} | chance.choice(
        [
            {"position": some_place(chance)},
            {"color": chance.choice(COLORS)},
            {"rotation": [0, chance.randrange(360), 0]},
            {"size": [round(chance.uniform(0.1, 0.6), 2)] * 3},
            {"rename": f"{name.split(' ')[0][:10]} {chance.randrange(100)}"},
            {"visible": chance.random() < 0.5},
        ]
    )
