"""The tool that has objects move."""

from mcp_bridge.tools.objects import OBJECT_VALUES
from mcp_bridge.tools.registry import tool
from sessions_app.scene.operations.limits import MAX_ITEMS

_WORDS = {
    "animations": f"1 to {MAX_ITEMS}, in order.",
    "animations[].target": "A name, chair*, #tag or id.",
    "animations[].motion": "sway swings, path goes through `points`; others as they are called.",
    "animations[].period": "Seconds of a cycle.",
    "animations[].amount": (
        "spin, orbit: degrees a cycle, 360; below 0 the other way. bounce, float: meters. pulse: a"
        " share, 0.15. sway: degrees to each side."
    ),
    "animations[].axis": "Up, for sway [0, 0, 1]. Of spin and sway its own.",
    "animations[].around": "What it orbits: a name, or a point x, y, z.",
    "animations[].radius": "Of the orbit; else as far as it is.",
    "animations[].pivot": "The side of its box that it turns or grows about.",
    "animations[].points": "[[x, y, z], ...], from its place on; repeated, it comes back.",
    "animations[].keyframes": "From rest at 0 s.",
    "animations[].keyframes[].scale": "A factor.",
    "animations[].turn": "Whether it turns with its way; true.",
    "animations[].times": "Cycles, then it stays as it ends.",
    "animations[].stop": "true ends this motion, or without one all.",
}


MOTION_TOOLS = (
    tool(
        "animate",
        "Animate",
        (
            "Have objects, lights or cameras move, or `stop` them; all or none. Defaults fit."
            " Several motions of an object add up, and what belongs to it goes along. The camera in"
            " an orbit is a turntable. Positions, boxes and checks stay those at rest."
        ),
        words=_WORDS,
        values=OBJECT_VALUES,
        takes_many_items=True,
    ),
)
