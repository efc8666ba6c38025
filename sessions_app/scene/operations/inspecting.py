"""Inspects a scene without changing it: what is odd, boxes, distances, rays, plans."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessions_app.scene.checks import Finding, find, worst
from sessions_app.scene.checks.known import surroundings_of
from sessions_app.scene.checks.leaves import is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.checks.unseen import find_unseen
from sessions_app.scene.descriptions.plans import Side, plan_text
from sessions_app.scene.directions import azimuth_named, to_cartesian
from sessions_app.scene.document.targets import Target
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.answers import (
    checked_view,
    lighting_of,
    odd_line,
    odd_values,
)
from sessions_app.scene.operations.measuring import (
    Measured,
    measure_distance,
    measure_object,
)
from sessions_app.scene.operations.references import References, Referred
from sessions_app.scene.operations.tracing import Ray, trace

MOST_ODD = 20
MOST_MEASURED = 20
_UP_AND_DOWN: Mapping[str, Vector] = {"up": (0.0, 1.0, 0.0), "down": (0.0, -1.0, 0.0)}
# What the kinds of findings are called where they are counted.
_COUNTED = {
    "invisible": "invisible",
    "doubled": "twice in one place",
    "hidden": "hidden inside others",
    "unlit": "in the dark",
    "buried": "below the floor",
    "overlap": "in one another",
    "floats": "floating",
    "loose": "parts that touch nothing",
    "size": "of another size",
    "behind": "hidden behind others",
    "out_of_view": "out of view",
    "switched_off": "not drawn",
    "faint": "nearly clear",
    "fogged": "in the fog",
    "tiny": "too small to be seen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to inspect; with nothing, everything is checked for oddities.

    Attributes:
        targets: names, patterns, tags or ids of the objects to measure.
        distance_to: what to measure their distance to.
        ray: where a ray begins.
        toward: what it goes to, or a direction; without it, to each target.
        plan: top, front or side.
    """

    targets: Sequence[str] = ()
    distance_to: str | Sequence[float] | None = None
    ray: str | Sequence[float] | None = None
    toward: str | Sequence[float] | None = None
    plan: Side | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """The answer: lines for a model, and the same as a structure."""

    summary: str
    values: dict[str, Any]


def inspect(document: Mapping[str, Any], question: Question) -> Inspection:
    """Answer a question about a scene.

    Raises:
        UnknownTargetError: a name is not in the scene.
        InvalidValueError: what is asked lacks something.
    """
    return _Inspecting(document, question).answer()


class _Inspecting:
    """One question about one document."""

    def __init__(self, document: Mapping[str, Any], question: Question) -> None:
        self.document, self.question = document, question
        self.around = surroundings_of(document["objects"]).whole()
        self.view = checked_view(document, self.around)
        self.references = References(document, self.around.layout.index, _refuse_copy)
        self.targets = self.references.all_of(question.targets, "targets")
        self.lines: list[str] = []
        self.values: dict[str, Any] = {}

    def answer(self) -> Inspection:
        self._measure()
        self._trace()
        if self.targets or (self.question.ray is None and self.question.plan is None):
            self._check()
        if self.question.plan is not None:
            self.lines.append(plan_text(self.around.layout, self._drawn(), self.question.plan))
        return Inspection("\n".join(self.lines), self.values)

    def _measure(self) -> None:
        camera = self.view.camera if self.view else None
        shown = self.targets[:MOST_MEASURED]
        self._add("objects", [measure_object(self.around, camera, each) for each in shown])
        if self.question.distance_to is not None:
            if not self.targets:
                raise InvalidValueError("`targets` is missing: distances are those of targets.")
            to = self.references.one_of(self.question.distance_to, "distance_to")
            measured = [measure_distance(self.around, each, to) for each in shown if each != to]
            self._add("distances", measured)
        more = len(self.targets) - len(shown)
        if more > 0:
            self.lines.append(f"and {more} more: name fewer targets")

    def _add(self, name: str, measured: Sequence[Measured]) -> None:
        if measured:
            self.lines += [each.line for each in measured]
            self.values[name] = [each.values for each in measured]

    def _trace(self) -> None:
        question = self.question
        if question.ray is None:
            if question.toward is not None:
                raise InvalidValueError("`ray` is missing: it says where the ray begins.")
            return
        start = self.references.one_of(question.ray, "ray")
        if question.toward is not None:
            rays = [self._ray_toward(start, question.toward)]
        else:
            rays = [Ray(start, each) for each in self.targets[:MOST_MEASURED] if each != start]
        has_floor = self.document["environment"]["floor"] != "none"
        met = [trace(self.around, ray, has_floor=has_floor) for ray in rays]
        if None in met or not met:
            raise InvalidValueError(
                "`toward` is missing: give an object, a point, or up, down, left, right, front or"
                " back."
                if not met
                else "`toward` is where the ray begins: give another place."
            )
        self._add("rays", [each for each in met if each is not None])

    def _ray_toward(self, start: Referred, toward: str | Sequence[float]) -> Ray:
        if isinstance(toward, str):
            words = toward.strip().lower()
            direction = _UP_AND_DOWN.get(words)
            azimuth = azimuth_named(words)
            if direction is None and azimuth is not None:
                direction = to_cartesian(azimuth, 0.0, 1.0)
            if direction is not None:
                return Ray(start, None, direction, words)
        return Ray(start, self.references.one_of(toward, "toward"))

    def _check(self) -> None:
        around, view = self.around, self.view
        found = find(around, view, light=lighting_of(self.document, has_changed=True))
        if self.targets:
            found = _about(around, found, self.targets)
        camera = view.camera if view else None
        asked = self.targets or list(around.tops)
        found += find_unseen(around, asked, camera, self.document["environment"])
        odd = worst(around, found, MOST_ODD, view=view)
        self.lines += [odd_line(each) for each in odd]
        self.values["odd"] = odd_values(odd)
        rest = Counter(each.kind for each in found[len(odd) :])
        self.values["more"] = [
            {"what": _COUNTED[kind], "count": count} for kind, count in rest.most_common()
        ]
        if rest:
            counts = ", ".join(f"{count} {_COUNTED[kind]}" for kind, count in rest.most_common())
            self.lines.append(f"And {rest.total()} more: {counts}.")
        if not odd:
            self.lines.append(f"Nothing is odd about {self._checked()}.")
        if not around.is_complete:
            self.lines.append("Too much stands in one place: not everything was compared.")

    def _checked(self) -> str:
        """Say how much was checked: what stands by itself, and the parts of that."""
        around = self.around
        count = len(self.targets) or len(around.tops)
        what = "1 object" if count == 1 else f"{count} objects"
        solids = {leaf for each in self.targets for leaf in around.layout.solids(each)}
        parts = len(solids & around.leaves.keys() if self.targets else around.leaves)
        whose = "its" if count == 1 else "their"
        return f"{what} with all {whose} {parts} parts" if parts > count else what

    def _drawn(self) -> dict[str, list[str]]:
        """Return the visible solids of each object to draw; the ground is drawn if it is asked."""
        around = self.around
        tops = [top for top in around.tops if not is_ground(around.bounds(top))]
        drawn = self.targets or tops or list(around.tops)
        return {
            each: [leaf for leaf in around.layout.solids(each) if leaf in around.leaves]
            for each in drawn
        }


def _refuse_copy(target: Target) -> str:
    if target.part is not None:
        return target.id
    raise InvalidValueError(
        f"Copy {target.copy} of a pattern is measured with all others: name the pattern."
    )


def _about(around: Surroundings, found: Sequence[Finding], targets: Sequence[str]) -> list[Finding]:
    """Return the findings about any of these objects, or about what belongs to them."""
    own = {leaf for each in targets for leaf in around.layout.solids(each)}
    return [each for each in found if not own.isdisjoint(each.leaves)]
