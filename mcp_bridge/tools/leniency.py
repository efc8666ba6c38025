"""What clients and their models write, made what the tools' checks expect, at every level.

Arrays and objects may come as JSON text, null and blank text stand for an optional argument that is
absent, and unknown arguments are set aside.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from pydantic_core import from_json

from mcp_bridge.tools.unknown_arguments import MAX_UNKNOWN, Unknown
from sessions_app.scene.operations.schemas import Path, Schema
from sessions_app.web.json_bounds import MAX_VALUES, excess

# Other names under which clients send a scene's id; n8n sends a chat's id as `sessionId`.
SCENE_FALLBACKS = ("session", "session_id", "sessionId")
# What frameworks that make every argument required have models write for "none".
_AROUND_NONE = " \t\r\n\"'`()[]{}<>*_.,;:-"
_NO_SCENE = frozenset({"", "new", "none", "null", "nil", "undefined", "n/a"})


def present(arguments: Mapping[str, Any], name: str) -> Any:
    """The value of an optional argument, or None where it counts as absent: null or blank.

    For the scene, words such as "new" and "none" count as blank, too.
    """
    value = arguments.get(name)
    if not isinstance(value, str):
        return value
    if name not in ("scene", *SCENE_FALLBACKS):
        return value if value.strip() else None
    return None if value.strip(_AROUND_NONE).lower() in _NO_SCENE else value


def normalized(
    schema: Schema, arguments: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unknown]]:
    """The arguments that the schema has, ready to be checked, and those that it does not have."""
    normalizer = _Normalizer()
    return normalizer.members(schema, arguments, ()), normalizer.unknown


class _Normalizer:
    """What is met on the way through the arguments of one call."""

    def __init__(self) -> None:
        self.unknown: list[Unknown] = []
        self._values_left = MAX_VALUES  # of all JSON texts together: a call may hold many

    def members(self, schema: Schema, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
        properties, required = schema["properties"], schema["required"]
        unknown = (
            Unknown(name, path, properties)
            for name, value in given.items()
            if name not in properties and value is not None
        )
        self.unknown += islice(unknown, MAX_UNKNOWN + 1)  # so many are refused, however many more
        kept = {}
        for name in properties:
            value = given.get(name) if name in required else present(given, name)
            if value is not None or (name in required and name in given):
                kept[name] = self._value(properties[name], value, (*path, name))
        return kept

    def _value(self, schema: Schema, value: Any, path: Path) -> Any:
        if isinstance(value, str) and schema["type"] in ("array", "object"):
            value = self._decoded(value)
        if isinstance(value, dict) and "properties" in schema:
            return self.members(schema, value, path)
        if isinstance(value, list) and "items" in schema:
            items = schema["items"]
            return [self._value(items, item, (*path, at)) for at, item in enumerate(value)]
        return value

    def _decoded(self, text: str) -> Any:
        """The value of an array or object that came as JSON text; any other text as it is."""
        encoded = text.encode(errors="surrogatepass")
        if excess(encoded, most_values=self._values_left):
            return text
        self._values_left -= sum(map(encoded.count, (b"[", b"{", b",")))
        try:
            return from_json(encoded)
        except ValueError:
            return text  # the model's own check says what is accepted
