"""The shape of what tools return: one envelope, and each tool's own values in it."""

from collections.abc import Mapping
from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
LIST = {"type": "array"}
OBJECT = {"type": "object"}

_ENVELOPE = {"sessionId": TEXT, "revision": INTEGER, "browsers": OBJECT, "browserUrl": TEXT}


def output_schema(values: Mapping[str, Any], *, lists: bool = False) -> dict[str, Any]:
    """The JSON schema of `structuredContent`; short, since clients pass it on to their models."""
    if lists:
        sessions = {"type": "array", "items": output_schema(values)}
        return {"type": "object", "properties": {"sessions": sessions}, "required": ["sessions"]}
    return {
        "type": "object",
        "properties": {**_ENVELOPE, **values},
        "required": list(_ENVELOPE),
    }
