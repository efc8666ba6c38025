"""Plans a picture of a scene: from which cameras, of which objects, and with whose names."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sessions_app.scene.checks.known import surroundings_of
from sessions_app.scene.checks.leaves import is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.document.names import key_of
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.document.targets import Target
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import shape_bounds
from sessions_app.scene.geometry.layout import Bounds, united
from sessions_app.scene.geometry.motion import swept
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import DIRECTIONS, framing, view_direction
from sessions_app.scene.operations.answers import listed_names
from sessions_app.scene.operations.following import aim_of
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.references import References

MAX_VIEWS = 9
MAX_LABELS = 40
# Views times the solids in each, so that a page without a graphics card takes a few seconds.
MOST_DRAWN = 20_000
OWN_VIEW = "camera"
_FROM_CAMERA = "from the camera's side"
_MARGIN = 0.08
# Of a text that names views, in characters.
_LONGEST = 200
_FRONT: Vector = (0.0, 0.0, 1.0)
# About a light or a camera, which has no size, in meters.
_HALF = (0.5, 0.5, 0.5)
# By the number of views: columns, and the width of one divided by its height.
_GRIDS: Mapping[int, tuple[int, float]] = {
    1: (1, 16 / 9),
    2: (2, 4 / 3),
    3: (3, 1.0),
    4: (2, 16 / 9),
    5: (3, 4 / 3),
    6: (3, 4 / 3),
    7: (3, 16 / 9),
    8: (3, 16 / 9),
    9: (3, 16 / 9),
}


class Grid(NamedTuple):
    """How the views of a picture are arranged; `aspect` is one's width divided by its height."""

    columns: int
    rows: int
    aspect: float


ONE_VIEW = Grid(1, 1, 16 / 9)


class Camera(NamedTuple):
    """A camera in the world, in meters; `fov` is vertical, in degrees."""

    position: Vector
    aim: Vector
    fov: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a picture is to show; with nothing, the scene from its own camera.

    Attributes:
        views: at most MAX_VIEWS names as `set_camera` takes them, and "camera", the scene's own; a
            text may hold several, separated by commas.
        targets: names, patterns, tags or ids of what the views frame; without them everything.
        labels: whether the names of objects are written at them.
        isolate: whether nothing but the targets and the lights is drawn.
    """

    views: Sequence[str] = ()
    targets: Sequence[str] = ()
    labels: bool = False
    isolate: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is the scene from its own camera, and nothing else."""
        return not (self.views or self.targets or self.labels or self.isolate)


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """A picture of one document.

    Attributes:
        views: the name of each view, in reading order.
        labelled: the ids of the objects whose names are written.
        shown: the ids of what is drawn; None for everything.
        subject: what is framed, in words.
        notes: sentences on what was left out.
    """

    views: list[str]
    labelled: list[str]
    shown: list[str] | None
    subject: str
    notes: list[str]
    _corners: list[Vector]
    _own: Camera

    @property
    def words(self) -> str:
        """What is shown, for a sentence: "3 views of table, row by row: front, left, camera"."""
        only = " and nothing else but lights" if self.shown is not None else ""
        named = "; names stand at what is seen" if self.labelled else ""
        if self.views == [OWN_VIEW]:
            return f"from its own camera{f', {self.subject}{only}' if only else ''}{named}"
        if self.views == [_FROM_CAMERA]:
            return f"{self.subject}{only} from the side of its camera{named}"
        [first, *others] = self.views
        if not others:
            return f"view {first} of {self.subject}{only}{named}"
        rows = "row by row" if self.grid.rows > 1 else "from the left"
        count, views = len(self.views), ", ".join(self.views)
        return f"{count} views of {self.subject}{only}, {rows}: {views}{named}"

    @property
    def grid(self) -> Grid:
        """How the views are arranged."""
        columns, aspect = _GRIDS[len(self.views)]
        return Grid(columns, math.ceil(len(self.views) / columns), aspect)

    def cameras(self, aspect: float) -> list[Camera | None]:
        """Return the camera of each view, None for the scene's own.

        Args:
            aspect: the width of one view divided by its height.
        """
        return [None if view == OWN_VIEW else self._framed(view, aspect) for view in self.views]

    def _framed(self, view: str, aspect: float) -> Camera:
        own = self._own
        if view == _FROM_CAMERA:
            toward = vectors.subtract(own.position, own.aim)
            toward = toward if vectors.length(toward) else _FRONT
        else:
            toward = view_direction(view)
        framed = framing(self._corners, toward, own.fov, aspect, _MARGIN)
        position, aim = (vectors.vector(rounded(each)) for each in framed[:2])
        return Camera(position, aim, own.fov)


def plan_picture(document: Mapping[str, Any], wanted: Wanted) -> PicturePlan:
    """Plan a picture of a document.

    Raises:
        UnknownTargetError: a target is not in the scene; named by its path.
        InvalidValueError: a view is not known, there is nothing to draw, or what is asked
            contradicts itself.
    """
    return _Planning(document, wanted).plan()


class _Planning:
    """One picture of one document."""

    def __init__(self, document: Mapping[str, Any], wanted: Wanted) -> None:
        self.document, self.wanted = document, wanted
        self.around: Surroundings = surroundings_of(document["objects"])
        self.layout = self.around.layout
        self.copies: dict[str, list[int]] = {}
        self.notes: list[str] = []
        references = References(document, self.layout.index, self._whole_of)
        self.targets = references.all_of(wanted.targets, "targets")

    def _whole_of(self, target: Target) -> str:
        """Note that a copy is framed, and return the pattern that draws it."""
        if target.copy is not None:
            self.copies.setdefault(target.id, []).append(target.copy)
        return target.id

    def plan(self) -> PicturePlan:
        views = self._views()
        shown = self._isolated() if self.wanted.isolate else None
        views = self._affordable(views, shown)
        corners = [corner for bounds in self._bounds() for corner in bounds.corners()]
        if not corners and views != [OWN_VIEW]:
            raise InvalidValueError(
                "There is nothing visible to frame: add objects first, or leave `views` out."
            )
        labelled = self._labelled() if self.wanted.labels else []
        return PicturePlan(
            views, labelled, shown, self._subject(), self.notes, corners, self._own_camera()
        )

    def _views(self) -> list[str]:
        names: dict[str, None] = {}
        for index, given in enumerate(self.wanted.views):
            with at(f"views[{index}]"):
                names.update(dict.fromkeys(map(_view_named, given[:_LONGEST].split(","))))
        if len(names) > MAX_VIEWS:
            raise InvalidValueError(f"`views` cannot be {len(names)} views: give 1 to {MAX_VIEWS}.")
        return list(names) or [_FROM_CAMERA if self.wanted.targets else OWN_VIEW]

    def _isolated(self) -> list[str]:
        if not self.targets:
            raise InvalidValueError("`targets` is missing: `isolate` draws nothing but these.")
        if not any(self._leaves(self.targets)):
            raise InvalidValueError(
                "`isolate` would draw nothing: no target is an object that is visible."
            )
        return self.targets

    def _leaves(self, ids: Sequence[str]) -> Iterator[str]:
        for each in ids:
            yield from (leaf for leaf in self.layout.solids(each) if leaf in self.around.leaves)

    def _affordable(self, views: list[str], shown: list[str] | None) -> list[str]:
        """Leave out the last views of a scene of very many objects, and say so."""
        drawn = self.around.drawn
        if shown is not None:
            leaves = (self.around.leaves[leaf] for leaf in dict.fromkeys(self._leaves(shown)))
            drawn = sum(len(leaf.copies or "1") for leaf in leaves)
        most = max(1, MOST_DRAWN // max(1, drawn))
        if len(views) > most:
            self.notes.append(
                f"Of {drawn:,} objects a picture has at most {most} view{'' if most == 1 else 's'},"
                f" so {listed_names(views[most:])} {'is' if len(views) - most == 1 else 'are'}"
                " left out: ask for them in another call, or isolate fewer targets."
            )
        return views[:most]

    def _bounds(self) -> Iterator[Bounds]:
        """Yield the bounds of what the views frame, wherever it moves."""
        if self.targets:
            for each in self.targets:
                yield from self._target_bounds(each)
            return
        subject = self.around.subject
        for top in self.around.tops:
            # The ground fills no picture, unless there is nothing else.
            if subject is None or not is_ground(self.around.bounds(top)):
                yield self.around.bounds(top)
                yield from self._passed(top)

    def _target_bounds(self, id_: str) -> Iterator[Bounds]:
        frame = self.layout.frame(id_)
        if id_ in self.copies:
            numbers = set(self.copies[id_])
            for copy, kind, size, own, _ in self.layout.drawn(id_).instances:
                if copy in numbers:
                    yield shape_bounds(kind, size, frame.frame(own))
            return
        yield self.layout.extent(id_) or _about(frame.origin)
        yield from self._passed(id_)

    def _passed(self, top: str) -> Iterator[Bounds]:
        """Yield the bounds of all that an object and its parts pass as they move."""
        for each in (top, *self.layout.descendants(top)):
            if "animation" in self.layout.objects[each]:
                passed = swept(self.layout, each)
                if passed is not None:
                    yield passed

    def _labelled(self) -> list[str]:
        """Return what is named: the targets or everything, and of a single group its parts."""
        ids = self.targets or [
            top
            for top in self.around.tops
            if self.around.subject is None or not is_ground(self.around.bounds(top))
        ]
        ids = self._seen(ids)
        while len(ids) == 1:
            parts = self._seen(self.layout.children(ids[0]))
            if self.layout.objects[ids[0]]["kind"] != "group" or not parts:
                break
            ids = parts
        if len(ids) > MAX_LABELS:
            self.notes.append(f"Names stand at the {MAX_LABELS} largest of {len(ids)} objects.")
            ids = sorted(ids, key=self._diagonal, reverse=True)[:MAX_LABELS]
        return ids

    def _seen(self, ids: Sequence[str]) -> list[str]:
        return [each for each in ids if any(self._leaves([each]))]

    def _diagonal(self, id_: str) -> float:
        bounds = united(self.around.leaves[leaf].bounds for leaf in self._leaves([id_]))
        return bounds.diagonal if bounds else 0.0

    def _subject(self) -> str:
        if not self.targets:
            return "everything"
        objects = self.layout.objects
        return listed_names([str(objects[each]["name"]) for each in self.targets])

    def _own_camera(self) -> Camera:
        fov = float(KINDS["camera"]["fov"].default)
        camera = self.document["camera"]
        if camera is None:
            return Camera(_FRONT, vectors.ORIGIN, fov)
        entity = self.layout.objects[camera]
        place = self.layout.frame(camera).origin
        return Camera(place, aim_of(entity, self.around), entity.get("fov", fov))


def _about(place: Vector) -> Bounds:
    return Bounds(vectors.subtract(place, _HALF), vectors.add(place, _HALF))


def _view_named(given: str) -> str:
    """Return the name of a view as it is shown.

    Raises:
        InvalidValueError: there is no such view.
    """
    name = " ".join(key_of(given).replace("_", " ").replace("-", " ").split())
    if name == OWN_VIEW or name in DIRECTIONS:
        return name
    known = ", ".join((*DIRECTIONS, OWN_VIEW))
    raise InvalidValueError(f"The view {quoted(given)} is not known. Give one of: {known}.")
