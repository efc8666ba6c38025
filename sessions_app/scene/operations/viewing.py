"""Sets the active camera: frames objects, or puts it at a place."""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.kinds import KINDS, range_of
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.document.rig import CAMERA_DISTANCE
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, united
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import MAX_MARGIN, framing, view_direction
from sessions_app.scene.operations.answers import objects_report, shown_names
from sessions_app.scene.operations.arguments import Arguments, Number, Point, Reference, Texts
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.following import (
    ASPECT,
    aim_of,
    surroundings_now,
)
from sessions_app.scene.operations.items import point
from sessions_app.scene.operations.lighting import aim_in, within_reach
from sessions_app.scene.operations.limits import MAX_ITEMS
from sessions_app.scene.operations.numbers import limit_numbers
from sessions_app.scene.operations.paths import at, require_alone
from sessions_app.scene.operations.registry import operation

_FRONT: Vector = (0.0, 0.0, 1.0)
_MARGIN = 0.12
_MARGIN_RANGE = Range(0, MAX_MARGIN)
_CONTRADICTIONS = (("view", "position"), ("frame", "look_at"), ("position", "margin"))


class SetCamera(Arguments):
    frame: Annotated[Texts, Field(max_length=MAX_ITEMS)] | None = None
    view: str | None = None
    position: Point | None = None
    look_at: Reference | None = None
    fov: Number | None = None
    margin: Number | None = None

    other_names: ClassVar[Mapping[str, str]] = {"target": "look_at", "aim": "look_at"}


@operation("set_camera", SetCamera)
def set_camera(edit: Edit, given: SetCamera) -> Report:
    """Frame everything, or what is named; or put the active camera at a place.

    It does not follow the objects any more.

    Raises:
        UnknownTargetError: what it should show is not there.
        InvalidValueError: two arguments contradict each other, or a value is not accepted.
    """
    named = given.model_dump(exclude_none=True)
    require_alone(named, "", *_CONTRADICTIONS)
    draft = Draft(edit)
    camera = edit.get(())["camera"] or _add_camera(draft)
    if "fov" in named:
        [fov], note = limit_numbers(range_of("camera", "fov"), fov=named["fov"])
        draft.notes += [note] if note else []
        draft.set_on_purpose(camera, {"fov": fov})
    headline = _Viewing(draft, camera, named).set()
    name = edit.get(("objects", camera))["name"]
    words = f"The view of {name} was set."
    return objects_report(edit, headline, [camera], words=words, notes=draft.report_notes())


def _add_camera(draft: Draft) -> str:
    place = [0.0, 0.5, CAMERA_DISTANCE]
    camera = draft.add({"kind": "camera", "position": place}, "")
    draft.edit.set((), "camera", camera)
    return camera


class _Viewing:
    """One call: where the camera goes, and what it looks at."""

    def __init__(self, draft: Draft, camera: str, given: Mapping[str, Any]) -> None:
        self.draft, self.camera, self.given = draft, camera, given
        self.around = surroundings_now(draft.edit)
        self.place = self.around.layout.frame(camera).origin
        self.aim = aim_of(draft.objects[camera], self.around)

    def set(self) -> str:
        """Write place and aim; return the headline."""
        given = self.given
        if "position" in given:
            self._stand(vectors.vector(point(given["position"], "position", self.draft.notes)))
            self._look()
            return "The camera was put there."
        if "look_at" in given:
            distance = math.dist(self.place, self.aim) or CAMERA_DISTANCE
            aim = self._look()
            if "view" not in given:
                self.draft.set_on_purpose(self.camera, {})
                return "The camera looks there."
            toward = vectors.scale(self._toward(), distance)
            self._stand(vectors.add(aim, toward))
            return f"The camera looks there from {self._words()}."
        if "fov" in given and given.keys().isdisjoint(("frame", "view", "margin")):
            return "The camera's field of view is set."
        return self._frame()

    def _look(self) -> Vector:
        """Aim at what is named, or frames, or where it looks already; return the point."""
        draft, given = self.draft, self.given
        if "look_at" in given:
            aim = aim_in(draft, given["look_at"], "look_at")
            draft.set_on_purpose(self.camera, {"aim": aim})
        elif "frame" in given:
            bounds = united(self._bounds())
            center = bounds.center if bounds else vectors.ORIGIN
            draft.set_on_purpose(self.camera, {"aim": within_reach(center)})
        aim_point = aim_of(draft.objects[self.camera], self.around)
        if math.dist(aim_point, self._standing()) < 1e-6:
            raise InvalidValueError(
                "The camera would look at the point where it is: give `look_at` or `position`"
                " another place."
            )
        return aim_point

    def _standing(self) -> Vector:
        entity = self.draft.objects[self.camera]
        parent = self.around.layout.frame(entity.get("parent"))
        return parent.point(vectors.vector(entity["position"]))

    def _stand(self, place: Vector) -> None:
        entity = self.draft.objects[self.camera]
        inside = self.around.layout.frame(entity.get("parent")).inside(place)
        position = point(inside, "position", self.draft.notes)
        self.draft.set_on_purpose(self.camera, {"position": position})

    def _toward(self) -> Vector:
        """Return the direction of the view that is asked for, or of the view as it is."""
        if "view" in self.given:
            with at("view"):
                return view_direction(self.given["view"])
        away = vectors.subtract(self.place, self.aim)
        return vectors.unit(away) if vectors.length(away) else _FRONT

    def _frame(self) -> str:
        notes = self.draft.notes
        margin = _MARGIN
        if "margin" in self.given:
            [margin], note = limit_numbers(_MARGIN_RANGE, margin=self.given["margin"])
            notes += [note] if note else []
        corners = [corner for bounds in self._bounds() for corner in bounds.corners()]
        if not corners:
            raise InvalidValueError(
                "There is nothing visible to frame: add objects first, or give `position` and"
                " `look_at`."
            )
        default = KINDS["camera"]["fov"].default
        fov = self.draft.objects[self.camera].get("fov", default)
        framed = framing(corners, self._toward(), fov, ASPECT, margin)
        self._stand(framed.position)
        self.draft.set_on_purpose(self.camera, {"aim": within_reach(framed.aim)})
        what = "everything"
        if self.given.get("frame"):
            what = shown_names(self.draft.edit, self._framed())
        return f"The camera frames {what} from {self._words()}."

    def _words(self) -> str:
        view = self.given.get("view")
        return (
            f"the view {' '.join(view.replace('_', ' ').split())}"
            if view
            else "where it looked from"
        )

    def _framed(self) -> list[str]:
        found: dict[str, None] = {}
        for index, text in enumerate(self.given.get("frame", ())):
            with at(f"frame[{index}]"):
                found.update((each.id, None) for each in self.draft.targets.find(text))
        return list(found)

    def _bounds(self) -> Iterator[Bounds]:
        """Yield the bounds of what is to be framed: of what is named, else of everything."""
        layout = self.around.layout
        framed = self._framed()
        for each in framed:
            origin = layout.frame(each).origin
            yield layout.extent(each) or Bounds(origin, origin)
        if not framed:
            # The ground fills no picture, unless there is nothing else.
            subject = self.around.subject
            tops = [] if subject else self.around.tops
            yield from [subject] if subject else map(self.around.bounds, tops)
