"""The shape of a scene document, version 1, as `get_scene` returns it."""

from mcp_bridge.tools.output import INTEGER, NUMBER, TEXT, numbers, record
from sessions_app.scene.document import LIGHTS

_PLACE = {
    "azimuthDegrees": NUMBER,
    "elevationDegrees": NUMBER,
    "distance": NUMBER,
    "position": numbers(3),
}
_LIGHT = record(color=TEXT, intensity=NUMBER, size=numbers(2), **_PLACE)

SCENE = record(
    version=INTEGER,
    model=record(color=TEXT, scale=numbers(3), rotationDegrees=numbers(3)),
    lights=record(**dict.fromkeys(LIGHTS, _LIGHT)),
    ambient=record(color=TEXT, intensity=NUMBER),
    background=record(color=TEXT),
    camera=record(fovDegrees=NUMBER, **_PLACE),
)
