"""Scene documents of version 1, as varied as stored ones; a sheet of pictures has their looks."""

import random
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

Document: TypeAlias = dict[str, Any]

COUNT = 30
SIZE = (160, 90)
COLUMNS = 5
SHEET = Path(__file__).parents[1] / "page" / "version_1_pictures.png"
_SEED = 1


def documents() -> list[Document]:
    """The start scene, and others whose every number was drawn by lot."""
    lot = random.Random(_SEED)
    return [_start(), *(_varied(lot) for _ in range(COUNT - 1))]


def pictures() -> list[Image.Image]:
    """How the page of version 1 drew each of the documents."""
    sheet = Image.open(SHEET).convert("RGB")
    return [sheet.crop((left, top, left + SIZE[0], top + SIZE[1])) for left, top in places()]


def places() -> list[tuple[int, int]]:
    """The left upper corner of each picture on the sheet."""
    rows = (divmod(number, COLUMNS) for number in range(COUNT))
    return [(column * SIZE[0], row * SIZE[1]) for row, column in rows]


def _start() -> Document:
    return {
        "version": 1,
        "model": {"color": "#ffffff", "scale": [1, 1, 1], "rotationDegrees": [0, 0, 0]},
        "lights": {
            "key": _light("#ffffff", 2.5, [6, 6], 135, 26.33, 7.89),
            "fill": _light("#ffffff", 0.2, [8, 8], 225, 19.47, 7.5),
        },
        "ambient": {"color": "#ffffff", "intensity": 0.1},
        "background": {"color": "#000000"},
        "camera": {
            "fovDegrees": 32,
            "azimuthDegrees": 180,
            "elevationDegrees": 0,
            "distance": 32,
        },
    }


def _light(
    color: str, intensity: float, size: list[float], azimuth: float, elevation: float, away: float
) -> dict[str, Any]:
    return {
        "color": color,
        "intensity": intensity,
        "size": size,
        "azimuthDegrees": azimuth,
        "elevationDegrees": elevation,
        "distance": away,
    }


def _varied(lot: random.Random) -> Document:
    def between(low: float, high: float) -> float:
        return round(lot.uniform(low, high), 2)

    def color(darkest: int = 0) -> str:
        return "#" + "".join(f"{lot.randint(darkest, 255):02x}" for _ in range(3))

    even = between(0.5, 1.6)
    scale = [even] * 3 if lot.random() < 0.5 else [between(0.5, 1.6) for _ in range(3)]
    turned = lot.random() < 0.6
    rotation = [between(0, 360) if turned else 0 for _ in range(3)]
    document = _start()
    document["model"] = {"color": color(40), "scale": scale, "rotationDegrees": rotation}
    for name, strongest in (("key", 8), ("fill", 3)):
        size = [between(1, 12), between(1, 12)]
        place = between(0, 360), between(-40, 85), between(5, 15)
        tint = color(90) if lot.random() < 0.5 else "#ffffff"
        document["lights"][name] = _light(tint, between(0.2, strongest), size, *place)
    document["background"]["color"] = color()
    document["camera"] |= {"fovDegrees": between(24, 40), "distance": between(14, 30)}
    if lot.random() < 0.5:
        document["camera"] |= {
            "azimuthDegrees": between(0, 360), "elevationDegrees": between(-40, 60),
        }  # fmt: skip
    return document
