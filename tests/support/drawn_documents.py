"""Documents of scenes to draw and to look at: the start scene, and what people build."""

import copy
import math
from typing import Any, TypeAlias

from sessions_app.scene.geometry.lettering import text_size

Document: TypeAlias = dict[str, Any]
Objects: TypeAlias = dict[str, dict[str, Any]]

BUST_SIZE = [0.428, 0.651, 0.309]
# The start state's lights: azimuth, elevation and distance as multiples of the bust's height.
KEY = {"azimuth": 135, "elevation": 26.33, "distance": 0.789, "intensity": 2.5, "size": 0.6}
FILL = {"azimuth": 225, "elevation": 19.47, "distance": 0.75, "intensity": 0.2, "size": 0.8}
ENVIRONMENT = {
    "background": ["#263238", "#8a9ba1"],
    "light": "studio",
    "lightIntensity": 0.4,
    "ambient": 0,
    "tone": "neutral",
    "floor": "shadow",
    "fog": None,
    "exposure": 1,
    "shadows": True,
}


def direction(azimuth: float, elevation: float) -> list[float]:
    """Point where the compass says: 180 is toward the viewer, 90 to the right."""
    turn, up = math.radians(azimuth), math.radians(elevation)
    return [math.cos(up) * math.sin(turn), math.sin(up), -math.cos(up) * math.cos(turn)]


def document(
    objects: Objects, *, camera: dict[str, Any] | None = None, measure: float = 0.651, **given: Any
) -> Document:
    """Put objects into a studio whose rig is as large as `measure` asks, in meters."""
    factor = measure / 0.651
    center = [0.0, measure / 2, 0.0]
    rig = {name: _light(name, light, factor, center) for name, light in _RIG.items()}
    toward = direction(180, 8)
    away = [at + 1.75 * factor * by for at, by in zip(center, toward, strict=True)]
    view = {"position": away, "aim": center, "fov": 32} | (camera or {})
    return {
        "version": 2,
        "camera": "o3",
        "objects": objects | rig | {"o3": {"name": "camera", "kind": "camera", **view}},
        "environment": copy.deepcopy(ENVIRONMENT) | given,
    }


_RIG = {"key": KEY, "fill": FILL}


def _light(name: str, light: dict[str, float], factor: float, center: list[float]) -> Any:
    toward = direction(light["azimuth"], light["elevation"])
    away = [factor * light["distance"] * part for part in toward]
    return {
        "name": name,
        "kind": "area_light",
        "position": [at + by for at, by in zip(center, away, strict=True)],
        "aim": center,
        "color": "#ffffff",
        "intensity": light["intensity"],
        "size": [factor * light["size"]] * 2,
    }


def solid(kind: str, size: list[float], at: list[float], **given: Any) -> dict[str, Any]:
    return {"kind": kind, "position": at, "size": size, **given}


def standing(kind: str, size: list[float], x: float, z: float, **given: Any) -> dict[str, Any]:
    return solid(kind, size, [x, size[1] / 2, z], **given)


def studio(color: str = "#ffffff", kind: str = "bust", **given: Any) -> Document:
    """The start scene, or another thing of its height in place of the bust."""
    size = BUST_SIZE if kind == "bust" else [0.651] * 3
    thing = standing(kind, size, 0, 0, name="model", material={"color": color, "roughness": 0.9})
    return document({"o1": thing}, **given)


def cube_on_table() -> Document:
    wood = {"preset": "wood", "color": "#2f6fb3"}
    objects = {"top": solid("box", [1.2, 0.04, 0.7], [0, 0.73, 0], material=wood)}
    for i, (x, z) in enumerate([(-1, -1), (1, -1), (-1, 1), (1, 1)]):
        at = [x * 0.55, 0.355, z * 0.3]
        objects[f"leg{i}"] = solid("box", [0.05, 0.71, 0.05], at, material=wood)
    red = {"preset": "plastic", "color": "#d6232a"}
    objects["cube"] = solid("box", [0.22] * 3, [0.1, 0.86, 0.05], rotation=[0, 28, 0], material=red)
    camera = {"position": [1.3, 1.45, 2.9], "aim": [0, 0.48, 0]}
    return document(objects, measure=1.1, camera=camera)


def snowman() -> Document:
    snow, coal = {"color": "#f4f7fb"}, {"color": "#1d1d1f"}
    objects = {
        "low": solid("sphere", [0.8] * 3, [0, 0.38, 0], material=snow),
        "middle": solid("sphere", [0.58] * 3, [0, 0.98, 0], material=snow),
        "head": solid("sphere", [0.42] * 3, [0, 1.42, 0], material=snow),
        "nose": solid(
            "cone", [0.07, 0.26, 0.07], [0, 1.42, 0.32], rotation=[90, 0, 0],
            material={"color": "#f28c28"},
        ),
        "brim": solid("cylinder", [0.46, 0.03, 0.46], [0, 1.59, 0], material=coal),
        "hat": solid("cylinder", [0.3, 0.28, 0.3], [0, 1.73, 0], material=coal),
    }  # fmt: skip
    for i, x in enumerate((-0.08, 0.08)):
        objects[f"eye{i}"] = solid("sphere", [0.05] * 3, [x, 1.49, 0.18], material=coal)
    for i, y in enumerate((0.85, 0.98, 1.11)):
        objects[f"button{i}"] = solid(
            "sphere", [0.06] * 3, [0, y, 0.29 - 0.1 * abs(y - 0.98)], material=coal
        )
    camera = {"position": [0.9, 1.3, 5], "aim": [0, 0.9, 0]}
    return document(objects, measure=1.87, camera=camera)


def materials() -> Document:
    presets = ["matte", "plastic", "metal", "brushed_metal", "gold", "glass", "frosted_glass"]
    presets += ["rubber", "wood", "stone", "fabric", "ceramic", "glow"]
    objects = {}
    for i, preset in enumerate(presets):
        row, column = divmod(i, 5)
        x, z = (column - 2) * 0.36 + 0.18 * (row % 2), 0.3 - 0.36 * row
        material = {"preset": preset}
        if preset in ("matte", "plastic"):
            material["color"] = "#c0392b" if preset == "matte" else "#008688"
        objects[preset] = standing("sphere", [0.3] * 3, x, z, material=material)
    camera = {"position": [0, 1.25, 3.1], "aim": [0.03, 0.1, -0.05]}
    return document(objects, measure=1.2, camera=camera)


def spheres() -> Document:
    objects = {
        preset: standing("sphere", [0.4] * 3, (i - 1) * 0.46, 0, material={"preset": preset})
        for i, preset in enumerate(("gold", "glass", "metal"))
    }
    objects["behind"] = standing(
        "box", [0.25, 0.5, 0.25], 0.1, -0.6, rotation=[0, 30, 0], material={"color": "#c0392b"}
    )
    camera = {"position": [0.4, 0.75, 2.9], "aim": [0, 0.2, 0]}
    return document(objects, measure=0.9, camera=camera)


def room() -> Document:
    wall, floor = {"color": "#e9e4da"}, {"preset": "wood", "color": "#a9794a"}
    objects = {
        "floor": solid("box", [5, 0.02, 4], [0, -0.01, 0], material=floor),
        "back": solid("box", [5, 2.7, 0.1], [0, 1.35, -2.05], material=wall),
        "left": solid("box", [0.1, 2.7, 4], [-2.55, 1.35, 0], material=wall),
        "right": solid("box", [0.1, 2.7, 4], [2.55, 1.35, 0], material=wall),
        "sofa": standing("box", [1.8, 0.42, 0.8], -0.8, -1.4, material={"color": "#3d6b6b"}),
        "rest": solid("box", [1.8, 0.5, 0.2], [-0.8, 0.6, -1.75], material={"color": "#3d6b6b"}),
        "table": standing("cylinder", [0.8, 0.4, 0.8], 0.2, 0, material={"preset": "wood"}),
        "vase": solid(
            "capsule", [0.14, 0.3, 0.14], [0.2, 0.55, 0], material={"preset": "ceramic"}
        ),
        "lamp": standing("cylinder", [0.05, 1.4, 0.05], 1.9, -1.5, material={"preset": "metal"}),
        "shade": solid("cone", [0.4, 0.35, 0.4], [1.9, 1.5, -1.5], material={"preset": "glow"}),
        "lamp_light": {
            "kind": "point_light", "position": [1.9, 1.3, -1.2], "color": "#ffd9a0",
            "intensity": 1.2,
        },
    }  # fmt: skip
    camera = {"position": [0, 1.5, 6.5], "aim": [0, 1.1, 0], "fov": 45}
    return document(objects, measure=2.7, camera=camera, floor="none")


def boxes() -> Document:
    objects = {}
    for i in range(300):
        row, column = divmod(i, 20)
        height = 0.08 + 0.3 * abs(math.sin(0.35 * column) * math.cos(0.4 * row))
        color = f"#{60 + 8 * column:02x}{110 + 5 * row:02x}{190 - 6 * column:02x}"
        x, z = (column - 9.5) * 0.12, (row - 7) * 0.12
        objects[f"b{i}"] = standing("box", [0.1, height, 0.1], x, z, material={"color": color})
    camera = {"position": [2.2, 2.4, 4.2], "aim": [0, 0.1, 0]}
    return document(objects, measure=2.0, camera=camera)


def outdoor() -> Document:
    made = snowman()
    sun = {
        "name": "sun", "kind": "directional_light", "position": [3, 4, 2], "aim": [0, 0.9, 0],
        "intensity": 2.2, "color": "#fff3dd",
    }  # fmt: skip
    lights = {name: entity for name, entity in made["objects"].items() if name not in _RIG}
    made["objects"] = lights | {"sun": sun}
    made["environment"] |= {
        "background": ["#6fa9e0", "#dcebf7"], "light": "daylight", "lightIntensity": 0.5,
        "floor": "#7f9a62",
    }  # fmt: skip
    return made


def text() -> Document:
    """Words in three scripts, each in its natural size."""
    objects = {}
    words = {"HELLO": "gold", "Ωmega Ñandú": "matte", "Привет, мир!": "metal"}
    for i, (says, preset) in enumerate(words.items()):
        width, height = text_size(says, 0.2)
        at = [0, height / 2 + 0.36 * (2 - i), -0.12 * (2 - i)]
        material = {"preset": preset}
        objects[f"t{i}"] = solid("text", [width, height, 0.06], at, text=says, material=material)
    camera = {"position": [-0.9, 0.7, 3.1], "aim": [0, 0.45, 0]}
    return document(objects, measure=1.1, camera=camera)


def outlines() -> Document:
    """An arch over a vase and a star: each kind that points describe, on the floor."""
    arch = [[-0.6, -0.4, 0], [-0.55, 0.2, 0], [0, 0.4, 0], [0.55, 0.2, 0], [0.6, -0.4, 0]]
    vase = [[0, -0.25], [0.16, -0.25], [0.2, -0.1], [0.07, 0.1], [0.06, 0.18], [0.11, 0.25]]
    star = [
        [
            0.24 * length * math.sin(math.tau * step / 10),
            0.24 * length * math.cos(math.tau * step / 10),
        ]
        for step in range(10)
        for length in [0.45 if step % 2 else 1]
    ]
    objects = {
        "arch": standing("tube", [1.28, 0.84, 0.08], 0, 0, points=arch, radius=0.04,
                         material={"preset": "metal"}),
        "vase": standing("lathe", [0.4, 0.5, 0.4], -0.2, 0, points=vase,
                         material={"preset": "ceramic", "color": "#3d6b6b"}),
        "star": standing("extrude", [0.46, 0.44, 0.1], 0.28, 0.1, points=star, bevel=0.02,
                         material={"color": "#f1c40f"}),
    }  # fmt: skip
    camera = {"position": [0.5, 0.8, 2.6], "aim": [0, 0.4, 0]}
    return document(objects, measure=0.9, camera=camera)


def all_documents() -> dict[str, Document]:
    return {
        "studio": studio(),
        "teal": studio("#008688"),
        "sphere": studio("#c0392b", "sphere"),
        "cube": cube_on_table(),
        "snowman": snowman(),
        "materials": materials(),
        "spheres": spheres(),
        "room": room(),
        "boxes": boxes(),
        "outdoor": outdoor(),
        "text": text(),
        "outlines": outlines(),
        "grid": studio("#f1c40f", "sphere", floor="grid"),
    }
