"""What texts in arguments refer to: objects by name, the floor, the camera, points."""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from sessions_app.scene.document.graph import Graph
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.names import key_of
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Vector

# No id looks like it.
FLOOR: Final = "floor"
_CAMERA_WORDS = ("camera", "viewer")
_SEPARATORS = re.compile(r"[\s,;]+")
_POINT_TEXT_LIMIT = 120


def _one_in_a_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text_or_point(value: Any) -> Any:
    """Accept a text, and a point as a list or as {x, y, z}."""
    if isinstance(value, dict) and value.keys() == {"x", "y", "z"}:
        value = [value["x"], value["y"], value["z"]]
    if isinstance(value, list):
        value = _point(value)
    if not value or not isinstance(value, str | tuple):
        raise ValueError("reference")
    return value


def _point(values: Iterable[Any]) -> Vector | None:
    """Return the point of three finite numbers, which may be texts; None if they are not."""
    numbers = []
    for value in values:
        try:
            numbers.append(math.nan if isinstance(value, bool) else float(value))
        except (TypeError, ValueError, OverflowError):
            return None
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        return None
    return vectors.vector(numbers)


# For models it is a text, because a schema of alternatives breaks clients.
Reference = Annotated[
    str | Vector, BeforeValidator(_text_or_point), WithJsonSchema({"type": "string"})
]
TargetList = Annotated[list[str], BeforeValidator(_one_in_a_list)]
# An id, FLOOR, or a point of the world.
Referred: TypeAlias = str | Vector


@contextmanager
def blaming(path: str) -> Iterator[None]:
    """Name the argument in each refusal from inside."""
    try:
        yield
    except InvalidValueError as error:
        raise type(error)(f"`{path}`: {error.message}") from None


class References:
    """Resolves the texts of one call in one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Index the document's objects."""
        self._document = document
        self._graph = Graph(document["objects"])
        self._targets = Targets(document["objects"])

    def all_of(self, texts: Iterable[str], path: str) -> list[str]:
        """Return the ids that any of the texts match, in order, without duplicates.

        Raises:
            InvalidValueError: a text matches nothing; names it by its path.
        """
        found = [self.matches(text, f"{path}[{index}]") for index, text in enumerate(texts)]
        return list(dict.fromkeys(itertools.chain.from_iterable(found)))

    def matches(self, text: str, path: str) -> list[str]:
        """Return the ids that a text matches.

        Of what a pattern such as `chair*` matches, parts of other matches are left out.

        Raises:
            InvalidValueError: it matches nothing.
        """
        with blaming(path):
            camera = self._camera_of(text)
            if camera is not None:
                return [camera]
            return self._graph.outermost([each.id for each in self._targets.find(text)])

    def one_of(self, given: Referred, path: str) -> Referred:
        """Return the id, FLOOR or the point that an argument refers to.

        Raises:
            InvalidValueError: it matches nothing, or several objects.
        """
        with blaming(path):
            point = self._point_of(given) if isinstance(given, str) else given
            if point is not None:
                return _require_near(point)
            text = str(given)
            if key_of(text) == FLOOR:
                return FLOOR
            return self._camera_of(text) or self._targets.find_one(text).id

    def _camera_of(self, text: str) -> str | None:
        if key_of(text) not in _CAMERA_WORDS:
            return None
        camera: str | None = self._document["camera"]
        if camera is None:
            raise InvalidValueError(
                f"{quoted(text)} is the active camera, and this scene has none."
            )
        return camera

    def _point_of(self, text: str) -> Vector | None:
        if len(text) > _POINT_TEXT_LIMIT:
            return None
        return _point(_SEPARATORS.split(text.strip(" \t\r\n()[]")))


def _require_near(point: Vector) -> Vector:
    if not all(value in PLACE_RANGE for value in point):
        raise InvalidValueError(f"A point may be {PLACE_RANGE} m from the middle of the world.")
    return point
