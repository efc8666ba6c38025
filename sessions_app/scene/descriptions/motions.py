"""Motions in words: "orbits sun once in 8 s"."""

from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.descriptions.numbers import point, rounded
from sessions_app.scene.document.graph import Objects
from sessions_app.scene.document.kinds import KINDS, LIGHT_KINDS

Motion = Mapping[str, Any]

_UP = (0.0, 1.0, 0.0)


def animation_words(objects: Objects, entity: Mapping[str, Any]) -> Iterator[str]:
    """Yield how an object moves, a phrase for each motion."""
    for name in entity.get("animation", {}):
        yield motion_words(objects, entity, name)


def motion_words(objects: Objects, entity: Mapping[str, Any], name: str) -> str:
    """Describe one motion: "spins once in 4 s", "floats 0.1 m, 3 times, 2 s each"."""
    motion = entity["animation"][name]
    return "".join([_what(objects, entity["kind"], name, motion), *_how_often(name, motion)])


def _what(objects: Objects, kind: str, name: str, motion: Motion) -> str:
    amount = motion.get("amount", 0.0)
    match name:
        case "spin":
            return f"spins{_own_axis(motion)}"
        case "orbit":
            return f"orbits {_around(objects, motion)}{_axis(motion)}"
        case "bounce":
            return f"bounces {_meters(amount)}{_axis(motion)}"
        case "float":
            return f"floats {_meters(amount)}{_axis(motion)}"
        case "pulse":
            what = "brightness" if kind in LIGHT_KINDS else "size"
            return f"pulses to {rounded(1 + amount)} times its {what}"
        case "sway":
            return f"sways {rounded(abs(amount))}° to each side{_own_axis(motion)}"
        case "path":
            return f"follows a path of {len(motion['points'])} points"
        case _:
            return f"moves by {len(motion['frames'])} keyframes"


def _how_often(name: str, motion: Motion) -> Iterator[str]:
    seconds = rounded(motion["period"])
    if name in ("spin", "orbit"):
        yield f" {_turns(motion.get('amount', 0.0))} in {seconds} s"
    elif name in ("path", "keyframes"):
        yield f" in {seconds} s"
    else:
        yield f", {seconds} s each"
    if motion.get("loop") == "back_and_forth":
        yield ", there and back"
    times = motion.get("times", 0)
    if times:
        yield ", once" if times == 1 else f", {rounded(times)} times"


def _turns(degrees: float) -> str:
    if degrees == 360:
        return "once"
    if degrees == -360:
        return "once the other way"
    if degrees and degrees % 360 == 0:
        return f"{rounded(degrees / 360)} times"
    return f"{rounded(degrees)}°"


def _meters(amount: float) -> str:
    return f"{rounded(amount)} m"


def _axis(motion: Motion) -> str:
    axis = motion.get("axis", KINDS["motion"]["axis"].default)
    return "" if tuple(axis) == _UP else f" along {point(axis)}"


def _own_axis(motion: Motion) -> str:
    """Say that it is one of the object's own, which its rotation turns."""
    axis = _axis(motion)
    return axis and f" about its own{axis.removeprefix(' along')}"


def _around(objects: Objects, motion: Motion) -> str:
    around = motion.get("around", KINDS["motion"]["around"].default)
    if isinstance(around, str):
        return str(objects.get(around, {}).get("name", around))
    return point(around)
