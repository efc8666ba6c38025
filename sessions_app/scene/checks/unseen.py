"""Why nobody sees what a check was asked for: too small in the picture, in the fog, switched off.

Not odd by itself, so that changes do not report it: what is far away is small.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sessions_app.scene.checks.findings import Finding, called, change, rounded, severity
from sessions_app.scene.checks.leaves import is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import is_solid
from sessions_app.scene.geometry.views import View, picture_point

# What is not this high in the picture, in parts of its height, is a few pixels.
_TINY = 0.006
# What is no more opaque than this is hardly seen.
_FAINT = 0.03
# A fix has fog end this many times as far away as what it hides.
_FARTHER = 3.0


def find_unseen(
    around: Surroundings, names: Iterable[str], camera: View | None, environment: Mapping[str, Any]
) -> Iterator[Finding]:
    """Find which of these objects are not seen, for reasons that no other check looks at.

    Args:
        around: all visible solids.
        names: the ids of objects.
        camera: the active camera; without one, nothing is too small or in the fog.
        environment: the document's.
    """
    for name in names:
        leaves = tuple(each for each in around.layout.solids(name) if each in around.leaves)
        if not leaves:
            if _switched_off(around, name) and around.layout.extent(name):
                yield Finding("switched_off", (name,), severity("switched_off", 1.0), ())
            continue
        if all(0 < _opacity(around, each) <= _FAINT for each in leaves):
            yield Finding("faint", (name,), severity("faint", 1.0), leaves)
        if camera is not None:
            if _share(around, camera, name) < _TINY:
                yield Finding("tiny", (name,), severity("tiny", 1.0), leaves)
            fog = environment["fog"]
            if fog and _depth(around, camera, name) >= fog["far"]:
                yield Finding("fogged", (name,), severity("fogged", 1.0), leaves)


def _opacity(around: Surroundings, leaf: str) -> float:
    """Return how opaque a solid is; of a pattern, the most of what it repeats."""
    objects = around.layout.objects
    every = (objects[each] for each in (leaf, *around.layout.descendants(leaf)))
    solids = [each for each in every if is_solid(each)]
    return max(
        (float((each.get("material") or {}).get("opacity", 1)) for each in solids), default=1.0
    )


def _switched_off(around: Surroundings, name: str) -> str | None:
    """Return the id of what makes an object invisible: itself, or what it belongs to."""
    chain = (name, *around.layout.ancestors(name))
    return next((one for one in chain if around.layout.objects[one].get("visible") is False), None)


def _depth(around: Surroundings, camera: View, name: str) -> float:
    """How far the nearest of an object is from the camera, in meters; 0 for the ground."""
    bounds = around.layout.extent(name)
    if bounds is None or is_ground(bounds):
        return 0.0
    eye = camera.frame.origin
    nearest = vectors.vector(
        [min(max(at, low), high) for at, low, high in zip(eye, *bounds, strict=True)]
    )
    return vectors.length(vectors.subtract(nearest, eye))


def _share(around: Surroundings, camera: View, name: str) -> float:
    """How large an object is in the picture, in parts of its height; outside of it, 1."""
    bounds = around.layout.extent(name)
    at = picture_point(camera, bounds.center) if bounds else None
    if bounds is None or at is None or not at.is_in_picture:
        return 1.0
    return bounds.diagonal / (2 * at.depth * camera.high)


def explain(
    around: Surroundings, found: Finding, camera: View | None
) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module."""
    [name] = found.ids
    target = called(around.layout, name)
    if found.kind == "switched_off":
        off = called(around.layout, _switched_off(around, name) or name)
        why = "it" if off == target else off
        return f"{target} is not drawn: {why} is not visible", change(
            {"target": off, "visible": True}
        )
    if found.kind == "faint":
        opacity = max(_opacity(around, each) for each in found.leaves)
        words = f"{target} is hardly seen: its opacity is {opacity:g}"
        return words, change({"target": target, "opacity": 1})
    if found.kind == "tiny":
        share = _share(around, camera, name) if camera else 0.0
        words = f"{target} is too small to be seen: {share:.1%} of the picture's height"
        return words, {"tool": "set_camera", "arguments": {"frame": [target]}}
    depth = _depth(around, camera, name) if camera else 0.0
    words = f"{target} is in the fog, {rounded(depth)} from the camera"
    return words, {
        "tool": "set_environment",
        "arguments": {"fog_far": float(f"{_FARTHER * depth:.3g}")},
    }
