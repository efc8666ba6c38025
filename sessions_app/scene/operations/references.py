"""What arguments refer to: objects by name, the floor, the active camera, points."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sessions_app.scene.document.index import Index
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.names import key_of
from sessions_app.scene.document.targets import Target, Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.taking_out import whole
from sessions_app.scene.operations.wishes import FLOOR

_CAMERA_WORDS = ("camera", "viewer")
# An id, `floor`, or a point of the world.
Referred: TypeAlias = str | Vector


class References:
    """Resolves the texts of one call in one document."""

    def __init__(
        self, document: Mapping[str, Any], index: Index, own: Callable[[Target], str]
    ) -> None:
        """Look things up in the index of the document's objects.

        Args:
            document: the scene's.
            index: of its objects.
            own: returns the id for a copy of a pattern or a part of a prop, which is no object by
                itself, or refuses.
        """
        self._document, self._own = document, own
        self._graph = index.graph
        self._targets = Targets(index)

    def all_of(self, texts: Iterable[str], path: str) -> list[str]:
        """Return the ids that any of the texts match, in order, without duplicates.

        Raises:
            InvalidValueError: a text matches nothing; names it by its path.
        """
        found = [self.matches(text, f"{path}[{index}]") for index, text in enumerate(texts)]
        return list(dict.fromkeys(itertools.chain.from_iterable(found)))

    def matches(self, text: str, path: str) -> list[str]:
        """Return the ids that a text matches.

        Of what a pattern such as `chair*` matches, parts of other matches are left out. What a
        pattern repeats means the whole pattern, and a copy is taken out.

        Raises:
            InvalidValueError: it matches nothing.
        """
        with at(path):
            camera = self._camera_of(text)
            if camera is not None:
                return [camera]
            found = self._targets.find(text)
            if found[0].copy is not None or found[0].part is not None:
                return list(dict.fromkeys(map(self._own, found)))
            return self._graph.outermost([whole(self._graph, each.id) for each in found])

    def one_of(self, given: str | Sequence[float], path: str) -> Referred:
        """Return the id, FLOOR or the point that an argument refers to.

        Raises:
            InvalidValueError: it matches nothing or several objects, or is too far away.
        """
        with at(path):
            if not isinstance(given, str):
                return _require_near(vectors.vector(given))
            if key_of(given) == FLOOR:
                return FLOOR
            camera = self._camera_of(given)
            if camera is not None:
                return camera
            found = self._targets.find_one(given)
            if found.copy is not None or found.part is not None:
                return self._own(found)
            return whole(self._graph, found.id)

    def _camera_of(self, text: str) -> str | None:
        if key_of(text) not in _CAMERA_WORDS:
            return None
        camera: str | None = self._document["camera"]
        if camera is None:
            raise InvalidValueError(
                f"{quoted(text)} is the active camera, and this scene has none: set_camera adds"
                " one."
            )
        return camera


def _require_near(point: Vector) -> Vector:
    if not all(value in PLACE_RANGE for value in point):
        raise InvalidValueError(f"Each number of a point is {PLACE_RANGE}, in meters.")
    return point
