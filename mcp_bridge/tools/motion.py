"""The tool that has objects move."""

from mcp_bridge.tools.objects import OBJECTS
from mcp_bridge.tools.registry import tool
from sessions_app.scene.operations.limits import MAX_ITEMS

_WORDS = {
    "animations": f"1 to {MAX_ITEMS}, in order.",
    "animations[].target": "What moves: a name, chair* for all that begin so, #tag, or an id.",
    "animations[].motion": (
        "spin: about itself. orbit: round `around`. bounce, float: up and back. pulse: grow and"
        " shrink. sway: swing. path: through `points`. keyframes: as they say."
    ),
    "animations[].period": "Seconds of one cycle; without it, one that fits.",
    "animations[].amount": (
        "How far in a cycle. spin, orbit: degrees, 360; below 0 the other way. bounce, float:"
        " meters. pulse: a share, 0.15. sway: degrees to each side, 15."
    ),
    "animations[].axis": "[x, y, z]; up, for sway [0, 0, 1]. Of spin and sway its own axes.",
    "animations[].around": "What it orbits: a name, or a point of the world: x, y, z.",
    "animations[].radius": "Of the orbit, in meters; without it, as far as it is now.",
    "animations[].pivot": "What it turns or grows about: a side of its box.",
    "animations[].points": "[[x, y, z], …] that a path leads through from where it is, and back.",
    "animations[].keyframes": "In its parent's space, from rest at 0 s.",
    "animations[].keyframes[].time": "Seconds.",
    "animations[].keyframes[].rotation": "[pitch, yaw, roll] in degrees; 360 is a whole turn.",
    "animations[].keyframes[].scale": "A factor of its size.",
    "animations[].turn": "false: it does not turn with its way; on a path its front looks ahead.",
    "animations[].loop": "repeat, unless keyframes end elsewhere: then once.",
    "animations[].times": "Cycles, then it stays as it ends; without it, for ever.",
    "animations[].delay": "Seconds until it begins.",
    "animations[].stop": "true ends this motion, or without `motion` all, and it is at rest.",
}


MOTION_TOOLS = (
    tool(
        "animate",
        "Animate",
        (
            "Have objects, lights or cameras move, or `stop` them: all or none. Everybody sees the"
            " same moment. One object can have several motions: a planet orbits and spins; what"
            " belongs to it goes along. The camera with orbit is a turntable. Boxes, positions and"
            " checks stay those at rest; take_screenshot's `at` shows any moment."
        ),
        words=_WORDS,
        values=OBJECTS,
        takes_many_items=True,
    ),
)
