"""One chart of each kind, and their pictures: `python -m tests.gallery.charts [NAME…]`."""

import asyncio
import math
import os
import sys
from pathlib import Path
from typing import Any

import django
from playwright.async_api import async_playwright

from tests.support import chromium
from tests.support.drawings import Drawings

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from sessions_app.scene.document import Document, new_document
from tests.support.object_calls import call

PICTURES = Path(__file__).parents[2] / "docs" / "charts"
SIZE = (1024, 768)
_LIGHT = {"background": ["#e9eef2", "#f8fafb"]}
_DARK = {"background": ["#131b24", "#26323d"]}

_BARS = """quarter,North,South,West
Q1,1200,900,400
Q2,1500,1100,650
Q3,1700,800,-300
Q4,2100,1300,900"""
_STACKED = """year,Coal,Gas,Wind,Solar
2021,220,90,40,10
2022,200,110,70,30
2023,160,120,110,50
2024,120,115,150,80
2025,90,100,190,120"""
_LINES = """month,Oslo,Rome
Jan,-4,8
Feb,-4,9
Mar,0,11
Apr,5,14
May,11,18
Jun,15,22
Jul,17,25
Aug,16,25
Sep,11,21
Oct,6,17
Nov,1,12
Dec,-3,9"""
_AREAS = """month,Mail,Chat,Calls
2026-01,30,10,5
2026-02,35,20,6
2026-03,38,35,9
2026-04,45,40,8
2026-05,50,60,7
2026-06,48,80,9
2026-07,55,95,8
2026-08,60,110,10"""
_PIE = {
    "Rent": 1150,
    "Food": 520,
    "Travel": 310,
    "Books and music": 140,
    "Savings": 400,
    "Rest": 80,
}
_CITIES = {
    "Berlin": (891, 3.7), "Paris": (105, 2.1), "London": (1572, 8.9), "Madrid": (604, 3.3),
    "Rome": (1285, 2.8), "Vienna": (414, 2.0), "Hamburg": (755, 1.9), "Warsaw": (517, 1.9),
}  # fmt: skip


def _ripple() -> list[dict[str, Any]]:
    """Rings that fade away from the middle of a grid of 21 by 21."""
    steps = [(x, z, math.hypot(x - 10, z - 10)) for z in range(21) for x in range(21)]
    return [
        {
            "label": str(x),
            "series": f"row {z}",
            "value": 5 + 9 * math.cos(far / 1.9) / (1 + far / 3),
        }
        for x, z, far in steps
    ]


# By the kind of chart, the calls that make its scene.
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "bars": [
        ("add_chart", {"kind": "bars", "title": "Revenue by region", "csv": _BARS,
                       "y_title": "thousand EUR"}),
    ],
    "stacked_bars": [
        ("add_chart", {"kind": "stacked_bars", "title": "Where the power came from",
                       "csv": _STACKED, "y_title": "TWh"}),
        ("set_environment", _DARK),
    ],
    "lines": [
        ("add_chart", {"kind": "lines", "title": "Mean temperature", "csv": _LINES,
                       "y_title": "°C"}),
        ("set_environment", _LIGHT),
    ],
    "areas": [
        ("add_chart", {"kind": "areas", "title": "Messages", "csv": _AREAS,
                       "y_title": "thousand a day"}),
        ("set_camera", {"view": "three quarter"}),
    ],
    "pie": [
        ("add_chart", {"kind": "pie", "title": "What a month costs",
                       "rows": [{"label": name, "value": value} for name, value in _PIE.items()]}),
        ("set_environment", _LIGHT),
    ],
    "scatter": [
        ("add_chart", {"kind": "scatter", "title": "Cities", "x_title": "Area in km²",
                       "y_title": "million people",
                       "rows": [{"label": name, "x": x, "value": y}
                                for name, (x, y) in _CITIES.items()]}),
        ("set_environment", _DARK),
    ],
    "surface": [
        ("add_chart", {"kind": "surface", "title": "A drop in the water", "rows": _ripple(),
                       "y_title": "mm"}),
        ("set_camera", {"view": "three quarter"}),
    ],
}  # fmt: skip


def build(name: str) -> Document:
    """Make the calls of a chart's scene."""
    document = new_document("studio")
    for tool, arguments in CALLS[name]:
        document = call(document, tool, arguments).after
    return document


async def write(names: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        drawings = await Drawings.open(browser)
        for name in names:
            picture = await drawings.show(build(name), SIZE)
            picture.save(PICTURES / f"{name}.jpg", quality=88)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1:] or list(CALLS)))
