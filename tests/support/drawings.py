"""Draws scene documents with the page's own modules: `python -m tests.support.drawings FOLDER`."""

import asyncio
import base64
import io
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from sessions_app.simulation.servers import PROJECT
from tests.support import chromium
from tests.support.drawn_documents import Document, Objects, all_documents
from tests.support.waiting import WITHIN_SECONDS

SIZE = (480, 320)
_SOURCE = "tests/page/drawing/page.js"


@dataclass
class Drawings:
    """A page that draws the documents that it is sent."""

    page: Page

    @classmethod
    async def open(cls, browser: Browser) -> "Drawings":
        """Bundle the modules and open them in a page of their own."""
        page = await browser.new_page()
        page.set_default_timeout(WITHIN_SECONDS * 1000)
        await page.set_content("<!doctype html><canvas></canvas>")
        await page.add_script_tag(content=await asyncio.to_thread(_bundle))
        return cls(page)

    async def show(
        self, document: Document, size: tuple[int, int] = SIZE, *, at: float = 0.0
    ) -> Image.Image:
        """Draw the document as its own camera sees it, so many seconds after all motions began."""
        url = await self._call("show", document, list(size), at)
        return _image(url)

    async def taken(self, size: tuple[int, int] = SIZE) -> Image.Image:
        """Draw what is shown as for a picture that the server asks for."""
        picture = _image(await self._call("taken", list(size)))
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    async def mask(self) -> Image.Image:
        """Draw the objects of what is shown in white, all else in black."""
        return _image(await self._call("mask")).convert("L")

    async def bounds(self, objects: Objects) -> dict[str, list[list[float]]]:
        """The lowest and the highest corner of each object, by id."""
        bounds: dict[str, list[list[float]]] = await self._call("bounds", objects)
        return bounds

    async def natural_size(self, text: str) -> list[float]:
        """The width and height of extruded letters, in heights of a capital letter."""
        size: list[float] = await self._call("naturalSize", text)
        return size

    async def draw_calls(self, document: Document, size: tuple[int, int] = SIZE) -> int:
        """Count the draw calls of one picture, those of its shadows included."""
        calls: int = await self._call("drawCalls", document, list(size))
        return calls

    async def held(self) -> dict[str, int]:
        """Count what the renderer holds: geometries, textures and programs."""
        held: dict[str, int] = await self._call("held")
        return held

    async def dispose(self) -> None:
        await self._call("dispose")

    async def close(self) -> None:
        await self.page.close()

    async def _call(self, name: str, *given: Any) -> Any:
        script = "([name, given]) => window.drawing[name](...given)"
        waits = self.page.evaluate(script, [name, list(given)])
        return await asyncio.wait_for(waits, WITHIN_SECONDS)


def _bundle() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.js"
        options = ["--bundle", "--log-level=warning", f"--outfile={path}"]
        command = ["node_modules/.bin/esbuild", _SOURCE, *options]
        subprocess.run(command, cwd=PROJECT, check=True, timeout=WITHIN_SECONDS)
        return path.read_text()


def _image(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")


async def save(folder: Path, names: list[str], size: tuple[int, int]) -> None:
    """Save a PNG of each document that is named, else of all."""
    documents = all_documents()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        drawings = await Drawings.open(browser)
        for name in names or documents:
            picture = await drawings.show(documents[name], size)
            picture.save(folder / f"{name}.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(save(Path(sys.argv[1]), sys.argv[2:], (960, 600)))
