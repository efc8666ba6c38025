"""How large 3D text is: its lines and letters laid out as the page draws them.

What letters measure is in letters.json, which `make letters` writes from the font. The page lays
out alike in static/js/scene/objects/lettering.js; a test keeps them equal.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# The letter of the table that stands for those that the font lacks.
MISSING = ""
_LINE_END = re.compile(r"\r\n?|\n")
# They mark how others are written, and are not seen: soft hyphen, joiners, variation selectors.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class _Line:
    """The ends of what is seen of a line, in units of the font; along x from its start."""

    left: float
    bottom: float
    right: float
    top: float


def text_size(text: str, height: float) -> tuple[float, float]:
    """Return the natural width and height of the box around the letters, in meters.

    Whatever the text, there is such a box: one of blanks is drawn as a missing letter.

    Args:
        text: its lines end with a line feed.
        height: of a capital letter, in meters.
    """
    lines = _lines(text) or _lines("\ufffd")
    width = max(line.right - line.left for _, line in lines)
    top = max(line.top - below for below, line in lines)
    bottom = min(line.bottom - below for below, line in lines)
    meters = height / _table()["capital"]
    return width * meters, (top - bottom) * meters


def _lines(text: str) -> list[tuple[float, _Line]]:
    """Each line of which something is seen, and how far it is below the first one."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\t", " ")
    pitch = _table()["line"]
    measured = ((i * pitch, _measure(line)) for i, line in enumerate(_LINE_END.split(seen)))
    return [(below, line) for below, line in measured if line is not None]


def _measure(line: str) -> _Line | None:
    glyphs = _table()["glyphs"]
    at, before = 0, ""
    boxes = []
    for letter in line:
        advance, *box = glyphs.get(letter, glyphs[MISSING])
        at += _kerning(before, letter)
        if box:
            left, bottom, right, top = box
            boxes.append((at + left, bottom, at + right, top))
        at, before = at + advance, letter
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return _Line(min(lefts), min(bottoms), max(rights), max(tops))


def _kerning(first: str, second: str) -> int:
    """How far the second letter is moved toward the first one's advance, in units of the font."""
    moved = _table()["kerning"].get(_bare(first), {})
    plain = _bare(second)
    return next((int(units) for units, seconds in moved.items() if plain in seconds), 0)


def _bare(letter: str) -> str:
    """Return the letter without its accents."""
    return unicodedata.normalize("NFD", letter)[:1]


@cache
def _table() -> dict[str, Any]:
    """What letters measure, in units of the font."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("letters.json").read_text("utf-8"))
    return table
