"""Normalizes the arguments that clients and models send, at every level, before validation.

Arrays and objects may be JSON text, null and blank text mean that an optional argument is absent,
and unknown arguments are set aside.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from pydantic_core import from_json

from mcp_bridge.tools.unknown_arguments import MAX_UNKNOWN, Unknown
from sessions_app.scene.operations.schemas import Path, Schema
from sessions_app.web.json_bounds import MAX_VALUES, excess

# Other names that clients use for a scene's id; n8n sends a chat's id as `sessionId`.
SCENE_FALLBACKS = ("session", "session_id", "sessionId")
# What models write for "none" when frameworks make every argument required.
_AROUND_NONE = " \t\r\n\"'`()[]{}<>*_.,;:-"
_NO_SCENE = frozenset({"", "new", "none", "null", "nil", "undefined", "n/a"})


def present(arguments: Mapping[str, Any], name: str) -> Any:
    """Return the value of an optional argument, or None if it is absent, null or blank.

    For the scene, words such as "new" and "none" count as blank.
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
    """Return the schema's arguments, ready for validation, and the unknown ones."""
    normalizer = _Normalizer()
    return normalizer.members(schema, arguments, ()), normalizer.unknown


class _Normalizer:
    """Normalizes the arguments of one call and collects unknown ones."""

    def __init__(self) -> None:
        self.unknown: list[Unknown] = []
        self._values_left = MAX_VALUES  # for all JSON texts of the call together

    def members(self, schema: Schema, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
        properties, required = schema["properties"], schema["required"]
        unknown = (
            Unknown(name, path, properties)
            for name, value in given.items()
            if name not in properties and value is not None
        )
        self.unknown += islice(unknown, MAX_UNKNOWN + 1)  # more than that are refused anyway
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
        """Decode an array or object sent as JSON text; return other text unchanged."""
        encoded = text.encode(errors="surrogatepass")
        if excess(encoded, most_values=self._values_left):
            return text
        self._values_left -= sum(map(encoded.count, (b"[", b"{", b",")))
        try:
            return from_json(encoded)
        except ValueError:
            return text  # validation reports what is accepted
