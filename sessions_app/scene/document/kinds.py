"""The table of kinds: the members of each entity of a document.

It is the source of the starts, the ranges of operations and tools, the validation of entities, the
schema of `get_scene` and the page's schema. An entity holds only what differs from the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from sessions_app.scene.document.arrangement import ARRANGEMENT
from sessions_app.scene.document.charts import CHARTS
from sessions_app.scene.document.members import MAX_POINTS, PLACE_RANGE, Member
from sessions_app.scene.document.motions import ANIMATION, MOTION
from sessions_app.scene.document.ranges import Range

SCENE_VERSION: Final = 2

Kind: TypeAlias = Mapping[str, Member]
Start: TypeAlias = Literal["studio", "empty", "room", "outdoor"]

STARTS: Final[tuple[Start, ...]] = get_args(Start)

LENGTH_RANGE = Range(0, 10_000)
INTENSITY_RANGE = Range(0, 1000)
# What tools accept; a light that follows the objects may be smaller or larger.
LIGHT_SIZE_RANGE = Range(0.01, 100)
FITTED_SIZE_RANGE = Range(0.001, 10_000)
FOV_DEGREES_RANGE = Range(5, 90)
SHARE_RANGE = Range(0, 1)

MATERIAL_PRESETS = (
    "matte", "plastic", "metal", "brushed_metal", "gold", "glass", "frosted_glass",
    "rubber", "wood", "stone", "fabric", "ceramic", "glow",
)  # fmt: skip
LIGHT_PRESETS = ("studio", "daylight", "overcast", "sunset", "night", "none")

_TURN = Range(0, 360)
_WHITE, _BLACK = "#ffffff", "#000000"


def _color(words: str, default: str = _WHITE) -> Member:
    return Member("color", default, words)


def _flag(words: str, *, default: bool = False) -> Member:
    return Member("flag", default, words)


_COMMON: Kind = {
    "name": Member("text", "", "its handle, unique in the scene", is_required=True),
    "parent": Member("id", None, "the id of the object that it belongs to; none is the world"),
    "position": Member(
        "number[3]",
        [0.0, 0.0, 0.0],
        "in its parent's space, in meters: of a solid its center, of a group the middle of its"
        " base, of a light or camera its place",
        PLACE_RANGE,
        is_required=True,
    ),
    "tags": Member("tags", [], "words by which it is found: #wheel"),
    "visible": _flag("whether it is drawn", default=True),
    "animation": Member("animation", {}, "how it moves, by motion"),
    "locked": Member("text", "", "who locked it; nobody changes it, or what belongs to it, then"),
}
_TURNED: Kind = {
    "rotation": Member(
        "number[3]", [0.0, 0.0, 0.0], "pitch, yaw and roll in degrees, order YXZ", _TURN
    ),
    "floating": _flag("whether it is meant to touch nothing"),
    "contact": Member("contact", {}, "by relation, the id of what it is meant to touch"),
}
_SOLID: Kind = {
    **_COMMON,
    **_TURNED,
    "size": Member(
        "number[3]",
        [1.0, 1.0, 1.0],
        "width, height and depth along its own axes, in meters",
        LENGTH_RANGE,
        is_required=True,
    ),
    "material": Member("material", {}, "what its surface is like"),
}
_POINTS_WORDS = f"at most {MAX_POINTS} points from its center along its own axes"
_AIM = Member("aim", [0.0, 0.0, 0.0], "what it looks at: an object's id or a point of the world")
_FITTED = _flag("whether its place follows the box of all visible objects")


def _light(intensity: float, **members: Member) -> Kind:
    return {
        **_COMMON,
        "color": _color("the color of its light"),
        "intensity": Member("number", intensity, "how strong it is; 0 is off", INTENSITY_RANGE),
        **members,
    }


KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("box", "sphere", "cylinder", "cone", "torus", "plane", "capsule", "ring", "bust"), _SOLID
    ),
    "model": {
        **_SOLID,
        "asset": Member("text", "", "the id of its file: /assets/<id>", is_required=True),
    },
    "text": {**_SOLID, "text": Member("text", "Text", "what it says", is_required=True)},
    "prop": {
        **_SOLID,
        "prop": Member("text", "chair", "which one it is: its name", is_required=True),
        "form": Member("text", "", "which of its forms; without, its usual one"),
    },
    "tube": {
        **_SOLID,
        "points": Member(
            "line", [], f"what it leads through, {_POINTS_WORDS}: [x, y, z]", is_required=True
        ),
        "radius": Member("number", 0.05, "of its cross-section", LENGTH_RANGE, is_required=True),
        "closed": _flag("whether it leads back to its first point"),
    },
    "lathe": {
        **_SOLID,
        "points": Member(
            "profile", [], f"what is turned about its height, {_POINTS_WORDS}: [radius, height]",
            is_required=True,
        ),
    },
    "extrude": {
        **_SOLID,
        "points": Member(
            "outline", [], f"the outline of its front, {_POINTS_WORDS}: [x, y]", is_required=True
        ),
        "bevel": Member("number", 0.0, "how wide its edges are beveled", LENGTH_RANGE),
    },
    "chart": {
        **_SOLID,
        "chart": Member("choice", "bars", "what its rows are drawn as", None, CHARTS,
                        is_required=True),
        "rows": Member("rows", [], "label, value, series, x and z of each", is_required=True),
        "title": Member("text", "", "what it says above"),
        "xTitle": Member("text", "", "what its labels are"),
        "yTitle": Member("text", "", "what its values are"),
    },
    "group": {**_COMMON, **_TURNED},
    "pattern": {
        **_COMMON,
        **_TURNED,
        "arrangement": Member(
            "arrangement", {}, "where its copies are; what belongs to it is drawn as these alone",
            is_required=True,
        ),
        "bounds": Member(
            "number[6]", [0.0] * 6,
            "the lowest and the highest corner of what is repeated, in its own space, by which"
            " copies are arranged", Range(-1e6, 1e6), is_required=True,
        ),
        "without": Member(
            "without", {},
            "by index, the id of each copy that was taken out; null where that was removed",
        ),
    },
    "directional_light": _light(2.0, aim=_AIM),
    "point_light": _light(2.0),
    "spot_light": _light(
        10.0, aim=_AIM, angle=Member("number", 30.0, "half of its cone, in degrees", Range(1, 80))
    ),
    "area_light": _light(
        2.5,
        aim=_AIM,
        size=Member("number[2]", [1.0, 1.0], "width and height of its area", FITTED_SIZE_RANGE),
        fitted=_FITTED,
    ),
    "hemisphere_light": _light(1.0),
    "camera": {
        **_COMMON,
        "aim": _AIM,
        "fov": Member(
            "number", 32.0, "the vertical field of view, in degrees", FOV_DEGREES_RANGE
        ),
        "fitted": _FITTED,
    },
    "material": {
        "preset": Member(
            "choice", "matte", "what it is made of; other members win over it", None,
            MATERIAL_PRESETS,
        ),
        "color": _color("its color"),
        "metalness": Member("number", 0.0, "0 for all else, 1 for bare metal", SHARE_RANGE),
        "roughness": Member("number", 0.9, "0 is a mirror, 1 is dull", SHARE_RANGE),
        "opacity": Member("number", 1.0, "0 is invisible", SHARE_RANGE),
        "transmission": Member("number", 0.0, "light through it, as through glass", SHARE_RANGE),
        "emissive": _color("the color in which it shines by itself", _BLACK),
        "emissiveIntensity": Member("number", 1.0, "how much it shines", Range(0, 100)),
        "flat": _flag("whether each face is shaded by itself"),
        "wireframe": _flag("whether only its edges are drawn"),
    },
    "arrangement": ARRANGEMENT,
    "animation": ANIMATION,
    "motion": MOTION,
    "environment": {
        "background": Member(
            "colors", ["#263238", "#8a9ba1"], "a color, or those of the top and the bottom",
            is_required=True,
        ),
        "light": Member(
            "choice", "studio", "the light of all around", None, LIGHT_PRESETS, is_required=True
        ),
        "lightIntensity": Member(
            "number", 0.4, "how strong that is", Range(0, 10), is_required=True
        ),
        "ambient": Member(
            "number", 0.0, "even light from all sides", INTENSITY_RANGE, is_required=True
        ),
        "tone": Member(
            "choice", "neutral", "the tone curve", None, ("neutral", "none"), is_required=True
        ),
        "floor": Member(
            "floor", "shadow", "none, shadow, grid or a color; it lies at y = 0", is_required=True
        ),
        "fog": Member(
            "fog", None, "its color, and where it begins and hides all", is_required=True
        ),
        "exposure": Member(
            "number", 1.0, "how bright the picture is", Range(0.01, 10), is_required=True
        ),
        "shadows": Member(
            "flag", default=True, words="whether lights cast shadows", is_required=True
        ),
    },
}  # fmt: skip

LIGHT_KINDS = tuple(kind for kind in KINDS if kind.endswith("_light"))
SOLID_KINDS = tuple(kind for kind in KINDS if "material" in KINDS[kind])
# What has no shape of its own: all that is in it counts.
COMPOSED_KINDS = ("group", "pattern")
OBJECT_KINDS = (*SOLID_KINDS, *COMPOSED_KINDS, *LIGHT_KINDS, "camera")


@dataclass(frozen=True, slots=True)
class Place:
    """A place for an entity, or for a value of a document.

    Its kind; None where the entity names its own.
    """

    kind: str | None = None


Places: TypeAlias = Mapping[str, "Place | Member | Mapping[str, Place]"]

# In a collection: the place of every other name.
ANY: Final = "*"

# Places by the document's members; a map is a collection of entities.
PLACES: Final[Places] = {
    "name": Member("text", "", "what the scene is called; none was given where it is missing"),
    "start": Member(
        "choice", "studio", "the start that it came from", None, STARTS, is_required=True
    ),
    "next": Member("number", 1, "the number of the next new id", Range(1, 2**53), is_required=True),
    "camera": Member("id", None, "the id of the active camera", is_required=True),
    "objects": {ANY: Place()},
    "environment": Place("environment"),
}


def range_of(kind: str, member: str) -> Range:
    """Return the range of a numeric member."""
    accepted = KINDS[kind][member].range
    if accepted is None:
        raise LookupError(f"The {member} of a {kind} holds no numbers.")
    return accepted
