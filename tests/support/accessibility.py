"""What axe-core finds wrong with a page as it stands in the browser."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
# A color that is on its way to another one has a contrast of its own.
_RUN = """async () => {
  for (const animation of document.getAnimations())
    try { animation.finish(); } catch { animation.cancel(); }
  return (await axe.run(document, {resultTypes: ['violations']})).violations;
}"""
GRAVE = ("serious", "critical")
IMPACTS = ("minor", "moderate", *GRAVE)


@cache
def _source() -> str:
    return _AXE.read_text()


async def grave_faults(page: Page) -> list[str]:
    """The serious and critical ones, each with its rule and the elements."""
    return await faults(page, GRAVE)


async def faults(page: Page, impacts: Collection[str] = IMPACTS) -> list[str]:
    """Those of some impacts, each with its rule and the elements."""
    await page.evaluate(_source())  # past the page's Content Security Policy
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
        for fault in found
        if fault["impact"] in impacts
    ]
