"""What no light reaches."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sessions_app.scene.checks.findings import Finding, listed, severity
from sessions_app.scene.checks.leaves import Leaf
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.document.index import LIGHT
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, aim_point
from sessions_app.scene.geometry.vectors import Vector

# Even light with which a fix makes things visible.
_AMBIENT = 0.3


class Lighting(NamedTuple):
    """What lights a scene besides its lights.

    Attributes:
        is_all_around: whether light comes from all around, so that nothing is unlit.
        has_changed: whether lights or surroundings changed, so that all objects are checked.
    """

    is_all_around: bool
    has_changed: bool = False


class _Beam(NamedTuple):
    """A light that shines to one side: its place, its direction and half of its cone."""

    origin: Vector
    toward: Vector
    angle: float


def find_unlit(around: Surroundings, lighting: Lighting) -> Iterator[Finding]:
    """Find objects that no light shines at and that do not shine themselves, as one finding.

    Shadows do not count: what another thing shades is not unlit.
    """
    if lighting.is_all_around:
        return
    layout = around.layout
    lights = (layout.objects[each] for each in layout.index.roles[LIGHT])
    shining = [light for light in lights if _shines(layout, light)]
    if any("aim" not in KINDS[light["kind"]] for light in shining):
        return
    if any(light["kind"] == "directional_light" for light in shining):
        return
    beams = [beam for beam in (_beam(layout, light) for light in shining) if beam]
    names = around.leaves if lighting.has_changed else around.affected
    tops = dict.fromkeys(around.leaves[name].top for name in sorted(names))
    unlit = [
        top for top in tops if not any(_is_lit(around, beams, each) for each in around.members(top))
    ]
    if unlit:
        leaves = tuple(name for top in unlit for name in around.members(top))
        share = len(unlit) / len(around.tops)
        yield Finding("unlit", tuple(unlit), severity("unlit", share), leaves)


def _shines(layout: Layout, entity: Mapping[str, Any]) -> bool:
    if entity.get("intensity", KINDS[entity["kind"]]["intensity"].default) <= 0:
        return False
    while entity.get("visible") is not False:
        parent = entity.get("parent")
        if parent is None:
            return True
        entity = layout.objects[parent]
    return False


def _beam(layout: Layout, light: Mapping[str, Any]) -> _Beam | None:
    """Return where an aimed light shines; an area shines to all that is before it."""
    origin = layout.frame(light.get("parent")).point(vectors.vector(light["position"]))
    toward = vectors.subtract(aim_point(layout, light), origin)
    if not vectors.length(toward):
        return None
    known = KINDS[light["kind"]].get("angle")
    angle = light.get("angle", known.default) if known else 90.0
    return _Beam(origin, vectors.unit(toward), math.radians(angle))


def _is_lit(around: Surroundings, beams: list[_Beam], name: str) -> bool:
    layout = around.layout
    repeated = layout.descendants(name) if around.leaves[name].copies else ()
    if any(_glows(layout.objects[each]) for each in (name, *repeated)):
        return True
    return any(_reaches(beam, around.leaves[name]) for beam in beams)


def _reaches(beam: _Beam, leaf: Leaf) -> bool:
    """Whether some of the sphere around a solid is in the cone of a light."""
    radius = vectors.length(leaf.box.half)
    away = vectors.subtract(leaf.box.frame.origin, beam.origin)
    distance = vectors.length(away)
    if distance <= radius:
        return True
    off = math.acos(max(-1.0, min(1.0, vectors.dot(away, beam.toward) / distance)))
    return off <= beam.angle + math.asin(radius / distance)


def _glows(entity: Mapping[str, Any]) -> bool:
    material = entity.get("material") or {}
    if material.get("preset") == "glow":
        return True
    known = KINDS["material"]
    color = material.get("emissive", known["emissive"].default)
    strength = material.get("emissiveIntensity", known["emissiveIntensity"].default)
    return bool(color != known["emissive"].default and strength > 0)


def explain(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module."""
    verb, them = ("is", "it") if len(found.ids) == 1 else ("are", "them")
    words = f"{listed(around.layout, found.ids)} {verb} in the dark: no light reaches {them}"
    return words, {"tool": "set_environment", "arguments": {"ambient": _AMBIENT}}
