"""The motions of objects: what each is stored as, in the member `animation` of an entity.

The cycle of a motion runs from 0 to 1 in each `period`, from `start` on. An object that moves in
several ways adds them up. Everything else, boxes and contacts too, is about the object at rest.
"""

from collections.abc import Mapping
from typing import Final

from sessions_app.scene.document.members import (
    MAX_POINTS,
    PLACE_RANGE,
    TIME_RANGE,
    TURN_RANGE,
    Member,
)
from sessions_app.scene.document.ranges import Range

PERIOD_RANGE: Final = Range(0.2, TIME_RANGE.maximum)
TIMES_RANGE: Final = Range(0, 1_000_000)
# Meters, or a share of its size, or degrees to each side.
LENGTH_AMOUNT_RANGE: Final = Range(-1000, 1000)
SHARE_AMOUNT_RANGE: Final = Range(-0.95, 10)
SWAY_AMOUNT_RANGE: Final = Range(-180, 180)

EASINGS: Final = ("linear", "ease_in", "ease_out", "ease_in_out")
LOOPS: Final = ("repeat", "back_and_forth")

ANIMATION: Final[Mapping[str, Member]] = {
    motion: Member("motion", None, words)
    for motion, words in {
        "spin": "turns about an axis of its own",
        "orbit": "goes round an object or a point",
        "bounce": "jumps",
        "float": "rises and sinks gently",
        "pulse": "grows and shrinks",
        "sway": "swings from side to side",
        "path": "goes through points",
        "keyframes": "is at each time as that keyframe says",
    }.items()
}
MOTIONS: Final = tuple(ANIMATION)

MOTION: Final[Mapping[str, Member]] = {
    "start": Member(
        "number", 0.0, "when it begins, in seconds of the server's clock since 1970",
        Range(0, 1e11), is_required=True,
    ),
    "period": Member("number", 4.0, "seconds of one cycle", PERIOD_RANGE, is_required=True),
    "axis": Member(
        "number[3]", [0.0, 1.0, 0.0],
        "of length 1: of spin and sway along its own axes, of all else along its parent's",
        Range(-1, 1),
    ),
    "amount": Member(
        "number", 0.0,
        "how far in a cycle: spin, orbit and sway degrees, bounce and float meters, pulse a share",
        TURN_RANGE,
    ),
    "around": Member(
        "aim", [0.0, 0.0, 0.0], "what it orbits: an object's id or a point of the world"
    ),
    "pivot": Member(
        "number[3]", [0.0, 0.0, 0.0],
        "what it turns and grows about: from its own place, along its own axes", PLACE_RANGE,
    ),
    "turns": Member(
        "flag", default=True,
        words="whether it turns with its way: in an orbit with it, on a path its front ahead",
    ),
    "easing": Member(
        "choice", "linear", "how each cycle goes, of keyframes from one to the next", None, EASINGS
    ),
    "loop": Member(
        "choice", "repeat", "whether a cycle leads there, or there and back", None, LOOPS
    ),
    "times": Member("number", 0.0, "how many cycles; 0 is for ever", TIMES_RANGE),
    "points": Member(
        "points", [], f"what a path leads through from its place, at most {MAX_POINTS} in its"
        " parent's space",
    ),
    "frames": Member(
        "frames", [], "keyframes by time in seconds: position in its parent's space, rotation in"
        " degrees, scale as a factor",
    ),
}  # fmt: skip
