"""Keyframes as documents store them: in the order of their times, and within the ranges."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.document.members import (
    FACTOR_RANGE,
    PLACE_RANGE,
    TIME_RANGE,
    TURN_RANGE,
)
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.numbers import limit_numbers

_RANGES = {"position": PLACE_RANGE, "rotation": TURN_RANGE, "scale": FACTOR_RANGE}

Frame = dict[str, Any]


def frames_of(given: Sequence[Mapping[str, Any]], path: str) -> tuple[list[Frame], list[str]]:
    """Return the frames to store, and sentences on what was clamped.

    Args:
        given: each with its `time` in seconds, and position, rotation or scale.
        path: of the list in the call.

    Raises:
        InvalidValueError: there are none, two at one time, or one that says nothing.
    """
    if not given:
        raise InvalidValueError(
            f"`{path}` is missing: what it is like at each time, such as"
            ' [{"time": 2, "position": [0, 1, 0]}].'
        )
    notes: list[str] = []
    frames = [_frame(frame, f"{path}[{index}]", notes) for index, frame in enumerate(given)]
    frames.sort(key=lambda frame: frame["time"])
    for one, other in itertools.pairwise(frames):
        if one["time"] == other["time"]:
            raise InvalidValueError(
                f"`{path}` has two keyframes at {one['time']:g} s: give each time once."
            )
    if frames[-1]["time"] == 0:
        raise InvalidValueError(
            f"`{path}` ends at 0 s, so nothing would move: give at least one later time."
        )
    return frames, notes


def is_closed(frames: Sequence[Frame], entity: Mapping[str, Any]) -> bool:
    """Return whether everything ends as it begins, full turns aside.

    Args:
        frames: as `frames_of` returns them.
        entity: what moves; until its first frame it is at rest.
    """
    rest = {"position": entity["position"], "rotation": entity.get("rotation", [0.0] * 3)}
    return all(_ends_as_it_begins(frames, name, rest.get(name, 1.0)) for name in _RANGES)


def _ends_as_it_begins(frames: Sequence[Frame], name: str, rest: Any) -> bool:
    values = [(frame["time"], frame[name]) for frame in frames if name in frame]
    if not values:
        return True
    first, last = values[0][1] if values[0][0] == 0 else rest, values[-1][1]
    if name == "rotation":
        return all((one - other) % 360 == 0 for one, other in zip(first, last, strict=True))
    return bool(first == last)


def _frame(given: Mapping[str, Any], path: str, notes: list[str]) -> Frame:
    frame: Frame = {"time": _limited(given["time"], f"{path}.time", TIME_RANGE, notes)}
    for name, accepted in _RANGES.items():
        if given.get(name) is not None:
            frame[name] = _limited(given[name], f"{path}.{name}", accepted, notes)
    if len(frame) == 1:
        raise InvalidValueError(
            f"`{path}` says nothing of its time: give position, rotation or scale."
        )
    return frame


def _limited(value: Any, path: str, accepted: Any, notes: list[str]) -> Any:
    values = value if isinstance(value, list) else [value]
    names = [f"{path}[{index}]" for index in range(len(values))] if values is value else [path]
    limited, note = limit_numbers(accepted, **dict(zip(names, values, strict=True)))
    if note:
        notes.append(note)
    return limited if values is value else limited[0]
