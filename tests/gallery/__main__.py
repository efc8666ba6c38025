"""Writes the gallery's documents and pictures anew: `python -m tests.gallery [NAME…]`."""

import asyncio
import os
import sys

import django
from playwright.async_api import async_playwright

from tests.support import chromium
from tests.support.drawings import Drawings

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from tests.gallery.recordings import (
    NAMES,
    PICTURES,
    recording,
    store_document,
)

SIZE = (960, 540)


async def write(names: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        drawings = await Drawings.open(browser)
        for name in names:
            recorded = recording(name)
            document, _ = recorded.build()
            store_document(name, document)
            picture = await drawings.show(document, SIZE, at=recorded.at)
            picture.save(PICTURES / f"{name}.jpg", quality=85)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1:] or NAMES))
