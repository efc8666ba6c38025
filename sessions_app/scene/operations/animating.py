"""The operation that has objects move, and stops them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks.known import layout_of
from sessions_app.scene.descriptions.motions import motion_words
from sessions_app.scene.document.members import MAX_POINTS
from sessions_app.scene.document.motions import EASINGS, LOOPS, MOTIONS
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.answers import objects_report
from sessions_app.scene.operations.arguments import (
    Angles,
    Arguments,
    Flag,
    Number,
    OneOf,
    Point,
    Reference,
    Skipping,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.following import surroundings_now
from sessions_app.scene.operations.limits import MAX_ITEMS
from sessions_app.scene.operations.locked import may_touch, require_any
from sessions_app.scene.operations.members import release, set_members
from sessions_app.scene.operations.motion_places import SIDES
from sessions_app.scene.operations.motion_requests import Asked, Mover, Moves
from sessions_app.scene.operations.motions import motion_of, require_own
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.taking_out import own_object

AT_REST = "Boxes and positions are those at rest."

_AXES = {
    "x": [1, 0, 0],
    "y": [0, 1, 0],
    "z": [0, 0, 1],
    "-x": [-1, 0, 0],
    "-y": [0, -1, 0],
    "-z": [0, 0, -1],
    "up": [0, 1, 0],
}


# What models write for these.
_MOTIONS = {"rotate": "spin", "jump": "bounce", "hover": "float", "swing": "sway", "scale": "pulse"}
_LOOPS = {
    "ping_pong": "back_and_forth",
    "pingpong": "back_and_forth",
    "alternate": "back_and_forth",
    "forever": "repeat",
    "loop": "repeat",
    "none": "once",
}


def _loop_of_flag(value: Any) -> Any:
    """Accept true and false for whether it repeats."""
    return {True: "repeat", False: "once"}[value] if isinstance(value, bool) else value


def _axis_of_words(value: Any) -> Any:
    """Accept "y", "-x" and "up" for an axis."""
    return _AXES.get(value.strip().lower(), value) if isinstance(value, str) else value


class Keyframe(Arguments):
    time: Number
    position: Point | None = None
    rotation: Angles | None = None
    scale: Number | None = None


class Animation(Arguments):
    target: Annotated[str, Field(max_length=200)]
    motion: Annotated[str, OneOf(MOTIONS, _MOTIONS)] | None = None
    period: Number | None = None
    amount: Number | None = None
    axis: Annotated[Point | None, BeforeValidator(_axis_of_words)] = None
    around: Reference | None = None
    radius: Number | None = None
    pivot: Annotated[str, OneOf(tuple(SIDES))] | None = None
    points: Annotated[list[Point] | None, Field(max_length=MAX_POINTS)] = None
    keyframes: Annotated[list[Keyframe] | None, Field(max_length=MAX_POINTS)] = None
    turn: Flag | None = None
    easing: Annotated[str, OneOf(EASINGS)] | None = None
    loop: Annotated[
        Annotated[str, OneOf((*LOOPS, "once"), _LOOPS)] | None, BeforeValidator(_loop_of_flag)
    ] = None
    times: Number | None = None
    delay: Number | None = None
    stop: Flag = False

    @property
    def manner(self) -> dict[str, Any]:
        """What says how it moves; an empty list counts as not given."""
        given = self.model_dump(exclude={"target", "motion", "stop"}, exclude_none=True)
        return {name: value for name, value in given.items() if value != []}


class Animate(Skipping):
    animations: Annotated[list[Animation], Field(min_length=1, max_length=MAX_ITEMS)]


@operation("animate", Animate)
def animate(edit: Edit, given: Animate) -> Report:
    """Have objects move, or stop: all animations or none.

    A motion begins at the edit's moment. One that goes on for ever and is asked for again goes on
    where it is, at its new pace.

    Raises:
        UnknownTargetError: a target matches nothing.
        InvalidValueError: an animation is not possible; names its path.
    """
    animating = _Animating(edit)
    for index, animation in enumerate(given.animations):
        animating.do(animation, f"animations[{index}]")
    animating.require_any()
    return animating.report()


class _Animating:
    """The animations of one call, and what they have done."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._targets = Targets(layout_of(edit.document["objects"]).index)
        self._layout: Layout | None = None
        self._notes: list[str] = []
        # By id, the motion that was set last; None for what was brought to rest.
        self._done: dict[str, str | None] = {}

    def do(self, animation: Animation, path: str) -> None:
        index = layout_of(self._edit.document["objects"]).index
        found = self._found(animation.target, f"{path}.target")
        ids = [each for each in found if may_touch(self._edit, index, each)]
        if animation.stop:
            # Of several, those that move: `*` is everything.
            moving = [each for each in ids if "animation" in self._edit.get(("objects", each))]
            for each in moving or ids:
                self._stop(each, animation.motion)
            return
        if animation.motion is None:
            raise InvalidValueError(
                f"`{path}.motion` is missing. Accepted: spin, orbit, bounce, float, pulse, sway,"
                " path, keyframes; or stop: true."
            )
        require_own(animation.motion, animation.manner, path)
        asked = Asked(animation.motion, animation.manner, self._around(animation, path), path)
        for each in ids:
            objects = self._edit.objects
            moves = motion_of(Mover(each, self._layout_now(), objects, self._edit.now), asked)
            self._set(each, animation.motion, moves)

    def require_any(self) -> None:
        """Check that not everything was left out, because it is locked."""
        require_any(self._edit, self._done)

    def report(self) -> Report:
        set_ = {each: motion for each, motion in self._done.items() if motion is not None}
        moving = list(set_)
        still = [each for each, motion in self._done.items() if motion is None]
        if moving:
            self._notes.append(AT_REST)
        headline = self._headline(moving, still)
        words = headline
        if len(self._done) == len(set_) == 1:
            [(only, motion)] = set_.items()
            words = self._sentence(only, motion)
        return objects_report(
            self._edit,
            headline,
            [*moving, *still],
            words=words,
            notes=dict.fromkeys(self._notes),
        )

    def _found(self, text: str, path: str) -> list[str]:
        with at(path):
            found = self._targets.find(text)
        if any(each.copy is not None for each in found):
            raise InvalidValueError(
                f"`{path}` cannot be {quoted(text)}: a copy of a pattern does not move by itself."
                " Animate the whole pattern, or change that copy with update_objects, which takes"
                " it out."
            )
        return [own_object(self._edit, each, self._notes) for each in found]

    def _around(self, animation: Animation, path: str) -> str | list[float] | None:
        """Return what is to be orbited: an id, or a point of the world."""
        if not isinstance(animation.around, str):
            return animation.around
        around, *others = self._found(animation.around, f"{path}.around")
        if others:
            raise InvalidValueError(
                f"`{path}.around` cannot be {quoted(animation.around)}, which is"
                f" {len(others) + 1} objects. Name one of them."
            )
        return around

    def _layout_now(self) -> Layout:
        if self._layout is None:
            self._layout = surroundings_now(self._edit).layout
        return self._layout

    def _stop(self, id_: str, motion: str | None) -> None:
        """Have an object end one motion, or all, and be where it is at rest."""
        animation = self._edit.get(("objects", id_)).get("animation", {})
        left = {name: each for name, each in animation.items() if motion not in (None, name)}
        self._write(id_, left)
        self._done[id_] = next(iter(left), None)

    def _set(self, id_: str, motion: str, moves: Moves) -> None:
        self._notes += moves.notes
        if moves.position is not None and set_members(
            self._edit, id_, {"position": moves.position}
        ):
            release(self._edit, id_)
            self._layout = None
        animation = self._edit.get(("objects", id_)).get("animation", {})
        self._write(id_, {**animation, motion: moves.motion})
        self._done[id_] = motion

    def _write(self, id_: str, animation: dict[str, Any]) -> None:
        if animation:
            self._edit.set(("objects", id_), "animation", animation)
        elif "animation" in self._edit.get(("objects", id_)):
            self._edit.remove(("objects", id_), "animation")

    def _headline(self, moving: Sequence[str], still: Sequence[str]) -> str:
        parts = []
        if moving:
            parts.append(f"{self._counted(moving)} {'moves' if len(moving) == 1 else 'move'}.")
        if still:
            parts.append(f"{self._counted(still)} {'is' if len(still) == 1 else 'are'} at rest.")
        return " ".join(parts)

    def _sentence(self, id_: str, motion: str) -> str:
        objects = self._edit.objects
        entity = objects[id_]
        return f"{entity['name']} {motion_words(objects, entity, motion)}."

    def _counted(self, ids: Sequence[str]) -> str:
        if len(ids) == 1:
            return str(self._edit.get(("objects", ids[0]))["name"])
        return f"{len(ids)} objects"
