"""Describes the model's turn and size in words, and whole scenes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.lights import describe_placement, place_around_center
from sessions_app.scene.descriptions.numbers import format_number, rounded, two_decimals
from sessions_app.scene.descriptions.objects import object_line
from sessions_app.scene.document import KINDS, Document
from sessions_app.scene.document.targets import find_named
from sessions_app.scene.geometry.layout import Layout


def rotation_words(rotation: Sequence[float]) -> str:
    """Describe the model's rotation for a person: "turned 10° to the right, tipped 5° forward"."""
    pitch, yaw, roll = ((angle + 180) % 360 - 180 for angle in rotation)
    turns = (
        (yaw, "turned", "to the right", "to the left"),
        (pitch, "tipped", "forward", "back"),
        (roll, "leaning", "to the left", "to the right"),
    )
    words = [
        f"{verb} {two_decimals(abs(angle))}° {positive if angle > 0 else negative}"
        for angle, verb, positive, negative in turns
        if round(angle, 2)
    ]
    return ", ".join(words) or "upright and faces you"


def scale_words(scale: Sequence[float]) -> str:
    """Describe the model's scale for a person: "2 times as wide as it was made"."""
    if len(set(scale)) == 1 and scale[0] != 1:
        return f"{format_number(scale[0])} times as large as it was made"
    sides = zip(scale, ("wide", "high", "deep"), strict=True)
    words = [f"{format_number(factor)} times as {side}" for factor, side in sides if factor != 1]
    return f"{', '.join(words)} as it was made" if words else "as large as it was made"


def scene_line(layout: Layout, id_: str) -> str:
    """Describe an object in one line; of what is aimed also from where, of a group how many parts.

    "key: area light 0.6 × 0.6 at 0.5, 0.675, 0.5, intensity 2.5, aimed at 0, 0.325, 0, azimuth 135°
    (southeast), elevation 26.33°, distance 0.79 m".
    """
    entity = layout.objects[id_]
    line = object_line(layout, id_)
    if entity["kind"].endswith("_light") and "aim" in KINDS[entity["kind"]]:
        line += f", {describe_placement(place_around_center(layout, id_))}"
    parts = len(layout.children(id_))
    return f"{line}, {parts} part{'' if parts == 1 else 's'}" if parts else line


def around_lines(document: Document) -> Iterator[str]:
    """Yield what there is to say of a scene beside its objects, in lines."""
    objects = document["objects"]
    model = find_named(objects, "model")
    if model is not None and objects[model]["kind"] == "bust":
        yield "model is a classical bust (head and shoulders), 0.651 m tall at the start."
    camera = document["camera"]
    yield f"Active camera: {objects[camera]['name'] if camera else 'none'}."
    words = environment_words(document["environment"]).items()
    yield f"Environment: {'; '.join(f'{name} {what}' for name, what in words)}."
    yield "Meters and degrees; +x is the viewer's right, +y up, +z toward the viewer; south is +z."


def environment_words(environment: Mapping[str, Any]) -> dict[str, str]:
    """Return what each part of an environment is, in words, by the argument that sets it."""
    fog, floor = environment["fog"], environment["floor"]
    return {
        "background": " to ".join(map(color_label, environment["background"])),
        "light": f"{environment['light']}, {rounded(environment['lightIntensity'])}",
        "ambient": rounded(environment["ambient"]),
        "floor": color_label(floor) if floor.startswith("#") else floor,
        "fog": _fog_words(fog) if fog else "none",
        "exposure": rounded(environment["exposure"]),
        "shadows": "on" if environment["shadows"] else "off",
        "tone": environment["tone"],
    }


def _fog_words(fog: Mapping[str, Any]) -> str:
    return f"{color_label(fog['color'])} from {rounded(fog['near'])} to {rounded(fog['far'])} m"
