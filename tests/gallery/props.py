"""Draws all props, for docs/gallery/props.md: `python -m tests.gallery.props [SUBJECT…]`."""

import asyncio
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import async_playwright

from sessions_app.scene.props.recipes import FILES, Recipe, props
from tests.support import chromium
from tests.support.drawings import Drawings
from tests.support.drawn_documents import Document, direction, document, solid

PAGE = Path(__file__).parents[2] / "docs" / "gallery" / "props.md"
FOLDER = PAGE.with_suffix("")
CELL = (200, 200)
FINER = 2  # drawn larger, for smooth edges
CAPTION = 26
COLUMNS = 8  # of pictures, two for each prop
QUALITY = 78
BACKGROUND = ["#eef0f1", "#d3d7da"]
# From the front and from the back: where the camera stands, in degrees.
VIEWS = ((212, 20), (35, 24))
FOV_DEGREES = 26


class Shown(NamedTuple):
    """A prop in one of its forms."""

    prop: str
    form: str
    recipe: Recipe

    @property
    def caption(self) -> str:
        name = self.prop.replace("_", " ")
        return f"{name}: {self.form}" if self.form else name


def shown_of(subject: str) -> Iterator[Shown]:
    """Yield the props of a subject, each form by itself."""
    for prop in props().values():
        if prop.subject == subject:
            for form, recipe in prop.forms.items():
                yield Shown(prop.name, form, recipe)


def document_of(shown: Shown, azimuth: float, elevation: float) -> Document:
    """Return a studio with one prop on its floor, seen from somewhere."""
    size = list(shown.recipe.size)
    low = 0.35 if shown.prop in ("bird", "cloud") else 0.0
    center = [0.0, size[1] / 2 + low * size[1], 0.0]
    material = {"color": shown.recipe.color}
    if shown.recipe.preset:
        material["preset"] = shown.recipe.preset
    thing = solid("prop", size, center, prop=shown.prop, form=shown.form, name="prop",
                  material=material)  # fmt: skip
    reach = math.hypot(*size) / 2
    away = 1.08 * reach / math.sin(math.radians(FOV_DEGREES / 2))
    toward = direction(azimuth, elevation)
    place = [at + away * by for at, by in zip(center, toward, strict=True)]
    camera = {"position": place, "aim": center, "fov": FOV_DEGREES}
    return document({"o9": thing}, measure=2 * reach, camera=camera, background=BACKGROUND)


async def draw(subject: str, drawings: Drawings) -> Image.Image:
    """Return a sheet of all props of a subject, each from two sides."""
    every = list(shown_of(subject))
    width, height = CELL
    pairs = COLUMNS // 2
    rows = math.ceil(len(every) / pairs)
    sheet = Image.new("RGB", (COLUMNS * width, rows * (height + CAPTION)), "#ffffff")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for index, shown in enumerate(every):
        row, column = divmod(index, pairs)
        x, y = 2 * column * width, row * (height + CAPTION)
        for view, (azimuth, elevation) in enumerate(VIEWS):
            large = (FINER * width, FINER * height)
            picture = await drawings.show(document_of(shown, azimuth, elevation), large)
            sheet.paste(picture.resize(CELL, Image.Resampling.LANCZOS), (x + view * width, y))
        pen.text((x + width, y + height + 4), shown.caption, "#33383d", font, "ma")
    return sheet


async def write(subjects: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        drawings = await Drawings.open(browser)
        for subject in subjects:
            sheet = await draw(subject, drawings)
            sheet.save(FOLDER / f"{subject}.webp", quality=QUALITY, method=6)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1:] or list(FILES)))
