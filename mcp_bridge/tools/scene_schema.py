"""The schema of a scene document, version 1, as returned by `get_scene`."""

from collections.abc import Mapping
from typing import Any

from mcp_bridge.tools.output import INTEGER, NUMBER, TEXT, numbers, record
from sessions_app.scene.document import KINDS, PLACES
from sessions_app.scene.document.kinds import Kind, Member, Place


def _schema_of_member(member: Member) -> dict[str, Any]:
    if member.length is not None:
        return numbers(member.length)
    return TEXT if member.range is None else NUMBER


def _schema_of_kind(kind: Kind) -> dict[str, Any]:
    members = {name: _schema_of_member(member) for name, member in kind.items()}
    # Entities with a direction and a distance are described with the derived position.
    return record(**members, **({"position": numbers(3)} if "azimuthDegrees" in kind else {}))


def _schema_of_place(place: Place | Mapping[str, Place]) -> dict[str, Any]:
    if isinstance(place, Place):
        return _schema_of_kind(KINDS[place.kind])
    return record(**{name: _schema_of_place(inner) for name, inner in place.items()})


SCENE = record(version=INTEGER, **{name: _schema_of_place(place) for name, place in PLACES.items()})
