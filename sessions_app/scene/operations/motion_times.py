"""How often a motion is gone through, how long each time takes, and when it begins."""

import math
from collections.abc import Mapping
from typing import Any

from sessions_app.scene.document.members import TIME_RANGE
from sessions_app.scene.document.motions import PERIOD_RANGE, TIMES_RANGE
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.keyframes import is_closed
from sessions_app.scene.operations.motion_requests import Asked, Mover, Moves, number_of

_GRAVITY = 9.81
_PERIODS = {"spin": 4.0, "orbit": 8.0, "float": 4.0, "pulse": 2.0, "sway": 3.0}


def set_repeat(mover: Mover, asked: Asked, moves: Moves) -> None:
    loop, times = asked.given.get("loop"), asked.given.get("times")
    if loop == "once" and times not in (None, 1):
        raise InvalidValueError(
            f"`{asked.path}.times` contradicts loop once: leave one of them out."
        )
    frames = moves.motion.get("frames")
    if (
        loop is None
        and times is None
        and frames is not None
        and not is_closed(frames, mover.entity)
    ):
        loop = "once"
    if loop == "back_and_forth":
        moves.motion["loop"] = loop
    if times is not None:
        limited = number_of(asked, "times", TIMES_RANGE, 0.0, moves)
        moves.motion["times"] = float(math.ceil(limited))
    elif loop == "once":
        moves.motion["times"] = 1.0


def set_period(mover: Mover, asked: Asked, moves: Moves) -> None:
    default = _default_period(mover, asked, moves.motion)
    period = number_of(asked, "period", PERIOD_RANGE, default, moves)
    if asked.motion == "keyframes" and period < PERIOD_RANGE.clamp(default):
        raise InvalidValueError(
            f"`{asked.path}.period` cannot be {period:g}: the last keyframe is reached after"
            f" {default:g} s. Give earlier times, or leave the period out."
        )
    moves.motion["period"] = period


def _default_period(mover: Mover, asked: Asked, motion: Mapping[str, Any]) -> float:
    ways = 2 if motion.get("loop") == "back_and_forth" else 1
    match asked.motion:
        case "bounce":  # as long as such a jump takes
            return PERIOD_RANGE.clamp(round(math.sqrt(8 * abs(motion["amount"]) / _GRAVITY), 2))
        case "path":  # as fast as somebody walks, or as long as it is in 5 s
            stops = [mover.entity["position"], *motion["points"]]
            length = sum(map(math.dist, stops, stops[1:]))
            return round(min(max(2.0, length), 20.0) * ways, 1)
        case "keyframes":
            last: float = motion["frames"][-1]["time"]
            return PERIOD_RANGE.clamp(last * ways)
        case _:
            return _PERIODS[asked.motion]


def start_of(mover: Mover, asked: Asked, moves: Moves) -> float:
    """Return when it begins; what already moves like this, and for ever, goes on where it is."""
    delay = number_of(asked, "delay", TIME_RANGE, 0.0, moves)
    before = mover.entity.get("animation", {}).get(asked.motion)
    start = mover.now + delay
    goes_on = not delay and not moves.motion.get("times") and moves.position is None
    if before and goes_on and not before.get("times") and before["start"] <= mover.now:
        start = (
            mover.now - (mover.now - before["start"]) / before["period"] * moves.motion["period"]
        )
    return round(max(start, 0.0), 3)
