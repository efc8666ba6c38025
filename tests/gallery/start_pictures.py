"""Draws the pictures of the first page: `python -m tests.gallery.start_pictures`."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from sessions_app.scene.document import STARTS, Document, new_document
from tests.support import chromium
from tests.support.drawings import Drawings

ISLAND = Path(__file__).parent / "documents" / "island.json"
FOLDER = Path(__file__).parents[2] / "static" / "img" / "start"
# What the island is built of, in the order in which the page's words ask for it.
STEPS = (
    {"sea"},
    {"island", "sand", "meadow"},
    {"mountain", "snow"},
    {"hut", "palm"},
    {"jetty", "boat"},
)
SIDE = 720  # pixels, of the square that the page cuts to the shape it has room for
FARTHER = 1.2  # so that a tall cut and a wide one both have the island in them
CARD = (240, 144)
CLOSER = {"studio": 1.8}  # its bust would be small
FINER = 2  # drawn larger, for smooth edges
QUALITY = 75


def island() -> Iterator[Document]:
    """Yield the island after each step."""
    document: Document = json.loads(ISLAND.read_text())
    objects: dict[str, Any] = document["objects"]
    camera = objects[document["camera"]]
    camera["position"] = [
        aim + FARTHER * (at - aim)
        for at, aim in zip(camera["position"], camera["aim"], strict=True)
    ]
    camera["aim"][1] += 0.5
    built: set[str] = set()
    for step in STEPS:
        built |= step
        shown = {
            each: entity
            for each, entity in objects.items()
            if "light" in entity["kind"]
            or entity["kind"] == "camera"
            or entity["name"] in built
            or objects.get(entity.get("parent"), {}).get("name") in built - {"island"}
        }
        yield {**document, "objects": shown}


async def _draw(drawings: Drawings, document: Document, size: tuple[int, int], name: str) -> None:
    finer = FINER * CLOSER.get(name, 1)
    width, height = [round(side * finer) for side in size]
    picture = await drawings.show(document, (width, height))
    across, down = [side * FINER for side in size]
    left, top = (width - across) // 2, (height - down) // 2
    cut = picture.crop((left, top, left + across, top + down))
    smooth = cut.resize(size, Image.Resampling.LANCZOS)
    smooth.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


async def main() -> None:
    """Draw the steps of the island, and a card of each start."""
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        drawings = await Drawings.open(browser)
        for number, document in enumerate(island()):
            await _draw(drawings, document, (SIDE, SIDE), f"island-{number}")
        for start in STARTS:
            await _draw(drawings, new_document(start), CARD, start)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
