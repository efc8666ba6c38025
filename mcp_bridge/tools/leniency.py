"""Normalizes the arguments that clients and models send, at every level, before validation.

Arrays and objects may be JSON text; null, blank text and an empty list where none may be empty mean
that an optional argument is absent; names may be in camel case or those of other programs; unknown
arguments are set aside. Which other names and forms an argument has is said by its model.
"""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from pydantic_core import from_json

from mcp_bridge.tools.unknown_arguments import MAX_UNKNOWN, Unknown
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.arguments import Arguments, snake_case
from sessions_app.scene.operations.schemas import (
    Path,
    Schema,
    input_schema,
    models_inside,
    path_text,
    pattern_text,
)
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
    model: type[Arguments], arguments: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unknown]]:
    """Return the model's arguments, ready for validation, and the unknown ones.

    Raises:
        InvalidValueError: an argument came twice, under different names and with different values.
    """
    normalizer = _Normalizer(models_inside(model))
    return normalizer.members(input_schema(model), arguments, ()), normalizer.unknown


def _is_blank_list(schema: Schema, value: Any) -> bool:
    """Whether it is an empty list, as models write where frameworks make every argument required.

    Where a list may be empty, it means just that: no tags.
    """
    return bool(value == [] and schema.get("minItems", 0) > 0)


def _known(name: str, fields: Collection[str], others: Mapping[str, str]) -> str:
    """Return the model's name for an argument; a name that it does not know stays as it is."""
    if name in fields:
        return name
    plain = _unhumped(name)
    other = others.get(plain, plain)
    return other if other in fields else name


def _unhumped(name: str) -> str:
    """Return a name in camel case, such as lookAt, as look_at; any other name as it is."""
    if name.islower() or not (name.isidentifier() and name[:1].islower()):
        return name
    return snake_case(name)


class _Normalizer:
    """Normalizes the arguments of one call and collects unknown ones."""

    def __init__(self, models: Mapping[str, type[Arguments]]) -> None:
        self.unknown: list[Unknown] = []
        self._models = models
        self._values_left = MAX_VALUES  # for all JSON texts of the call together

    def members(self, schema: Schema, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
        properties, required = schema["properties"], schema["required"]
        model = self._models[pattern_text(path)]
        fields = model.model_fields
        named = self._named(model, given, path)
        unknown = (
            Unknown(name, path, properties)
            for name, value in named.items()
            if name not in fields and value is not None
        )
        self.unknown += islice(unknown, MAX_UNKNOWN + 1)  # more than that are refused anyway
        kept = {}
        for name in fields:
            schema_of = properties.get(name)
            value = named.get(name) if name in required else present(named, name)
            if name not in required and schema_of and _is_blank_list(schema_of, value):
                value = None
            if value is not None or (name in required and name in named):
                # What the list of tools does not show is taken as it comes.
                kept[name] = self._value(schema_of, value, (*path, name)) if schema_of else value
        return kept

    def _named(
        self, model: type[Arguments], given: Mapping[str, Any], path: Path
    ) -> dict[str, Any]:
        """Return what was given under the names of the model."""
        named: dict[str, Any] = {}
        # Looked up once: a call may have thousands of unknown names.
        fields, others, spread = model.model_fields, model.other_names, model.spread
        for name, value in given.items():
            inside = self._object(value) if name in spread else None
            if inside is None and name in fields and name not in named:  # nearly always
                named[name] = value
            elif inside is None:
                self._put(named, (_known(name, fields, others), name), value, path)
            else:
                self._spread(named, spread[name], inside, (*path, name))
        return named

    def _spread(
        self,
        named: dict[str, Any],
        members: Mapping[str, str],
        inside: Mapping[str, Any],
        path: Path,
    ) -> None:
        """Put the members of an object beside it."""
        for name, value in inside.items():
            plain = name if name in members else _unhumped(name)
            if plain in members:
                self._put(named, (members[plain], name), value, path)
            elif value is not None:
                self.unknown.append(Unknown(name, path, members))

    def _put(self, named: dict[str, Any], names: tuple[str, str], value: Any, path: Path) -> None:
        known, name = names
        earlier = named.get(known)
        if value is None and (known != name or earlier is not None):
            return
        if earlier is not None and earlier != value:
            raise InvalidValueError(
                f"`{path_text((*path, name))}` and `{known}` are the same argument with different"
                f" values: give `{known}` alone."
            )
        named[known] = value

    def _object(self, value: Any) -> Mapping[str, Any] | None:
        if isinstance(value, str) and value.lstrip().startswith("{"):
            value = self._decoded(value)
        return value if isinstance(value, dict) else None

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
