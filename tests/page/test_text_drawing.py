"""How 3D text looks: letters that can be read, from the front and in order."""

from collections.abc import AsyncIterator

import pytest
from PIL import Image
from playwright.async_api import Browser

from sessions_app.scene.geometry.lettering import text_size
from tests.support import drawn_documents
from tests.support.drawings import Drawings

pytestmark = pytest.mark.anyio

SQUARE = (160, 160)


@pytest.fixture(scope="module")
async def drawings(browser: Browser) -> AsyncIterator[Drawings]:
    opened = await Drawings.open(browser)
    yield opened
    await opened.close()


async def letters(drawings: Drawings, text: str, behind: int = 1) -> Image.Image:
    """What is covered by a text, seen from the front, or from behind: its box and no more."""
    width, height = text_size(text, 0.3)
    thing = drawn_documents.standing("text", [width, height, 0.05], 0, 0, text=text)
    away = 4 * max(width, height) * behind
    camera = {"position": [0, height / 2, away], "aim": [0, height / 2, 0], "fov": 20}
    await drawings.show(drawn_documents.document({"o1": thing}, camera=camera), SQUARE)
    mask = await drawings.mask()
    box = mask.getbbox()
    assert box is not None
    return mask.crop(box)


def covered(mask: Image.Image, left: float, top: float, right: float, bottom: float) -> float:
    """The share that is covered of a part of the picture; its ends are shares of the whole."""
    width, height = mask.size
    part = mask.crop((
        round(left * width), round(top * height), round(right * width), round(bottom * height),
    ))  # fmt: skip
    seen = part.tobytes()
    return sum(seen) / len(seen) / 255


async def test_letters_are_read_from_left_to_right(drawings: Drawings) -> None:
    mask = await letters(drawings, "LF")
    left, right = (0, 0.48), (0.55, 1)
    for (start, end), top, bottom in ((left, 0.3, 0.95), (right, 0.95, 0.3)):
        assert covered(mask, start, 0.02, end, 0.12) == pytest.approx(top, abs=0.15)
        assert covered(mask, start, 0.88, end, 0.98) == pytest.approx(bottom, abs=0.15)
    stem = covered(mask, 0.02, 0.1, 0.1, 0.9)
    assert stem > 0.95


async def test_from_behind_a_text_is_seen_reversed(drawings: Drawings) -> None:
    mask = await letters(drawings, "L", behind=-1)
    assert covered(mask, 0.8, 0.1, 0.98, 0.9) > 0.95
    assert covered(mask, 0.02, 0.1, 0.4, 0.7) < 0.05


async def test_the_first_line_is_on_top_and_lines_are_centered(drawings: Drawings) -> None:
    mask = await letters(drawings, "I\nHHH")
    assert covered(mask, 0, 0, 0.35, 0.3) == 0
    assert covered(mask, 0.65, 0, 1, 0.3) == 0
    assert covered(mask, 0.47, 0.03, 0.53, 0.3) > 0.95
    assert covered(mask, 0, 0.7, 1, 1) > 0.4


async def test_letters_have_holes(drawings: Drawings) -> None:
    for text in ("O", "Θ", "Ю", "@", "8"):
        assert 0.3 < covered(await letters(drawings, text), 0, 0, 1, 1) < 0.9, text
    mask = await letters(drawings, "O")
    assert covered(mask, 0.45, 0.4, 0.55, 0.6) == 0


async def test_a_letter_that_the_font_lacks_is_a_frame(drawings: Drawings) -> None:
    mask = await letters(drawings, "\N{SNOWMAN}")
    assert covered(mask, 0.3, 0.3, 0.7, 0.7) == 0
    assert covered(mask, 0.02, 0.02, 0.1, 0.98) > 0.95
    assert covered(mask, 0.02, 0.02, 0.98, 0.08) > 0.95


async def test_a_text_leaves_nothing_behind(drawings: Drawings) -> None:
    await drawings.show(drawn_documents.text(), SQUARE)
    await drawings.dispose()
    assert (await drawings.held())["geometries"] == 0
