"""The schemas of tool results: one envelope with each tool's own values.

Every array names its items and every object its properties: some SDKs build types from these
schemas, and drop values that the schema does not describe.
"""

from collections.abc import Mapping
from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
FLAG = {"type": "boolean"}


def numbers(count: int) -> dict[str, Any]:
    """Return the schema of a list of `count` numbers."""
    return {"type": "array", "items": NUMBER, "minItems": count, "maxItems": count}


def record(optional: Mapping[str, Any] | None = None, /, **members: Any) -> dict[str, Any]:
    """Return the schema of an object with required `members` and `optional` ones."""
    properties = {**members, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(members)}


_SCENE = {
    "sessionId": TEXT,
    "revision": INTEGER,
    "browsers": record(connected=INTEGER, acknowledged=INTEGER, visible=INTEGER),
    "browserUrl": TEXT,
}
_CREATED = {"created": FLAG}
_LOOKED = {"lookedAtRevision": INTEGER}


def output_schema(
    values: Mapping[str, Any],
    optional: Mapping[str, Any],
    *,
    lists: bool = False,
    changes: bool = False,
) -> dict[str, Any]:
    """Return the JSON schema of `structuredContent`; short, because clients pass it to models."""
    if lists:
        sessions = {"type": "array", "items": record({"name": TEXT}, **_SCENE, **values)}
        return record(message=TEXT, sessions=sessions)
    return record(
        {**_CREATED, **(_LOOKED if changes else {}), **optional}, message=TEXT, **_SCENE, **values
    )
