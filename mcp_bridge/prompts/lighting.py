"""Classic portrait set-ups of the two lights, as calls of the tools."""

from dataclasses import dataclass, replace

from sessions_app.scene.directions import compass_name, normalize_degrees, to_cartesian
from sessions_app.scene.document.kinds import LIGHT_SIZE_RANGE
from sessions_app.scene.document.rig import BUST_SIZE

WHITE = "#ffffff"
# The middle of the bust at the start, in meters: lights stand around it.
CENTER = (0.0, BUST_SIZE[1] / 2, 0.0)


@dataclass(frozen=True, slots=True)
class Light:
    """A light; angles in degrees, `size` is the side of its square area in meters."""

    azimuth: float
    elevation: float
    intensity: float
    size: float
    distance: float = 0.8
    color: str = WHITE


@dataclass(frozen=True, slots=True)
class SetUp:
    """A set-up; `look` describes its effect on a face that looks at the viewer."""

    look: str
    key: Light
    fill: Light
    background: str = "#1e1e1e"


# Azimuth 180 is in front of the face, 135 halfway to the viewer's right, 90 beside it, 0 behind.
# The floor is 0.33 m below the middle of the bust, so light from below comes at -20 at the lowest.
SET_UPS = {
    "rembrandt": SetUp(
        "the far cheek lies in shadow but for a triangle of light below the eye",
        key=Light(135, 45, 3, 0.4),
        fill=Light(225, 10, 0.15, 0.8),
    ),
    "loop": SetUp(
        "the nose throws a short shadow beside it, down to the corner of the mouth",
        key=Light(150, 32, 2.5, 0.6),
        fill=Light(220, 15, 0.4, 0.8),
    ),
    "butterfly": SetUp(
        "the nose throws a small shadow right below it, the cheekbones stand out",
        key=Light(180, 50, 2.8, 0.5),
        fill=Light(180, -20, 0.3, 0.8),
    ),
    "clamshell": SetUp(
        "soft light from above and from below meets in the face: hardly a shadow",
        key=Light(180, 42, 2.2, 0.9),
        fill=Light(180, -20, 1.1, 0.9),
    ),
    "split": SetUp(
        "one half of the face is lit, the other dark",
        key=Light(90, 5, 3, 0.4),
        fill=Light(270, 5, 0, 0.8),
        background="#000000",
    ),
    "broad": SetUp(
        "of a head turned to the viewer's left, the side that is nearer to the viewer is lit: the"
        " face looks wider",
        key=Light(115, 30, 2.6, 0.6),
        fill=Light(235, 15, 0.35, 0.8),
    ),
    "short": SetUp(
        "of a head turned to the viewer's left, the side that is farther from the viewer is lit:"
        " the face looks slimmer",
        key=Light(245, 30, 2.6, 0.5),
        fill=Light(125, 15, 0.2, 0.8),
    ),
    "rim": SetUp(
        "the light comes from behind and draws a bright edge around the model",
        key=Light(25, 35, 4, 0.5),
        fill=Light(180, 10, 0.1, 1),
        background="#000000",
    ),
    "high_key": SetUp(
        "bright all over, with soft shadows before white",
        key=Light(160, 30, 2.8, 1.2),
        fill=Light(205, 15, 1.8, 1.2),
        background=WHITE,
    ),
    "low_key": SetUp(
        "a small light picks out a part of the model, the rest sinks into black",
        key=Light(110, 40, 2.4, 0.2),
        fill=Light(250, 10, 0, 0.8),
        background="#000000",
    ),
}


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood; its factors apply to the fill's intensity and to both lights' sizes."""

    key_color: str = WHITE
    fill_color: str = WHITE
    fill_factor: float = 1.0
    size_factor: float = 1.0


MOODS = {
    "neutral": Mood(),
    "warm": Mood(key_color="#ffd9a8", fill_color="#ffe9d0"),
    "cool": Mood(key_color="#d6e6ff", fill_color="#aac8ff"),
    "dramatic": Mood(fill_factor=0.4, size_factor=0.6),
    "soft": Mood(fill_factor=2.0, size_factor=1.6),
}


def adapt(set_up: SetUp, mood: Mood, *, color: str | None, azimuth: float | None) -> SetUp:
    """Adapt a set-up to a mood; `color` and `azimuth` override those of the key light.

    If the key light moves, the fill moves to the mirrored place.
    """
    key = replace(
        set_up.key,
        color=color or mood.key_color,
        size=_resized(set_up.key.size, mood),
        azimuth=set_up.key.azimuth if azimuth is None else azimuth,
    )
    fill = replace(
        set_up.fill,
        color=mood.fill_color,
        intensity=round(set_up.fill.intensity * mood.fill_factor, 3),
        size=_resized(set_up.fill.size, mood),
        azimuth=set_up.fill.azimuth if azimuth is None else normalize_degrees(360 - azimuth),
    )
    return replace(set_up, key=key, fill=fill)


def _resized(size: float, mood: Mood) -> float:
    return LIGHT_SIZE_RANGE.clamp(round(size * mood.size_factor, 3))


def calls(set_up: SetUp) -> list[str]:
    """Return the tool calls of a set-up, as text for a model."""
    made = [
        call
        for name, light in (("key", set_up.key), ("fill", set_up.fill))
        for call in _light_calls(name, light)
    ]
    return [*made, f'change_background_color: color="{set_up.background}"']


def _light_calls(name: str, light: Light) -> list[str]:
    away = to_cartesian(light.azimuth, light.elevation, light.distance)
    x, y, z = (f"{round(at + by, 3) + 0.0:g}" for at, by in zip(CENTER, away, strict=True))
    where = (
        f"{compass_name(light.azimuth)}, azimuth {light.azimuth:g}°,"
        f" elevation {light.elevation:g}°, distance {light.distance:g} m"
    )
    return [
        f"set_{name}_light_position: x={x}, y={y}, z={z} ({where})",
        f"set_{name}_light_size: width={light.size:g}, height={light.size:g}",
        f"set_{name}_light_intensity: intensity={light.intensity:g}",
        f'set_{name}_light_color: color="{light.color}"',
    ]
