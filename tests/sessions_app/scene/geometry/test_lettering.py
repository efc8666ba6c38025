"""3D text is as large as the server says: its letters come from a font that the page draws."""

import math
import subprocess
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser

from sessions_app.scene.document.members import MAX_TEXT_LENGTH
from sessions_app.scene.geometry import lettering
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.lettering import text_size
from sessions_app.simulation.servers import PROJECT
from tests.support.drawings import Drawings
from tests.support.examples import examples
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.anyio

WITHIN = 0.01  # of the diagonal
SNOWMAN = "\N{SNOWMAN}"


@pytest.fixture(scope="module")
async def drawings(browser: Browser) -> AsyncIterator[Drawings]:
    opened = await Drawings.open(browser)
    yield opened
    await opened.close()


@pytest.mark.long
def test_the_table_is_the_one_that_make_letters_writes() -> None:
    written = subprocess.run(
        [PROJECT / ".venv/bin/node", "tooling/letters.mjs"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        timeout=WITHIN_SECONDS,
    )
    table = Path(lettering.__file__).with_name("letters.json")
    assert table.read_bytes() == written.stdout


def test_the_height_is_that_of_capital_letters() -> None:
    assert text_size("H", 0.3)[1] == pytest.approx(0.3)
    assert text_size("Hg", 0.3)[1] > 0.36  # what hangs below the line is part of the box
    width, height = text_size("HELLO", 0.3)
    assert text_size("HELLO", 0.6) == pytest.approx((2 * width, 2 * height))


def test_latin_greek_and_cyrillic_letters_are_there() -> None:
    missing = text_size(SNOWMAN, 1)
    for letter in "AzÀÿŁžşĐőßΨΩλώЄЖяїҐđ€&@7":
        assert text_size(letter, 1) != missing, letter


def test_lines_are_below_each_other_and_the_longest_is_as_wide_as_all() -> None:
    both = text_size("HI\nHILL", 1)
    assert both[0] == text_size("HILL", 1)[0]
    assert 2 < both[1] < 3
    assert text_size("H\nH\nH", 1)[1] == pytest.approx(2 * both[1] - 1)
    assert text_size("HI\r\nHILL", 1) == both
    assert text_size("\n HI \n\n", 1) == text_size("HI", 1)


def test_letters_that_fit_into_each_other_are_moved_together() -> None:
    apart = text_size("A", 1)[0] + text_size("V", 1)[0]
    assert text_size("AV", 1)[0] < apart
    assert text_size("ÁV", 1)[0] == pytest.approx(text_size("AV", 1)[0])


@pytest.mark.parametrize("text", [SNOWMAN, "", "  ", "\n", "\ufffd", "\u0007"])
def test_what_the_font_lacks_is_as_large_as_a_letter(text: str) -> None:
    width, height = text_size(text, 1)
    assert height == pytest.approx(1)
    assert 0.4 < width < 1


def test_an_accent_is_the_same_however_it_is_written() -> None:
    composed = "Ñandú й"
    assert text_size(unicodedata.normalize("NFD", composed), 1) == text_size(composed, 1)
    assert text_size("A\ufe0fV\u200b\u00ad", 1) == text_size("AV", 1)


LETTERS = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    st.characters(min_codepoint=0xA0, max_codepoint=0x24F),
    st.characters(min_codepoint=0x370, max_codepoint=0x3FF),
    st.characters(min_codepoint=0x400, max_codepoint=0x52F),
    st.sampled_from("\n\n\t\r AVTo—“”" + SNOWMAN + "\u0301\ufe0f\U0001f600"),
    st.characters(exclude_categories=["Cs", "Cn"]),
)
TEXTS = st.text(LETTERS, min_size=1, max_size=24)
EXACTLY = settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@EXACTLY
@example("HELLO")
@example("Ωmega Ñandú")
@example("Привет, мир!")
@example("AVATAR\nΓΛΨώ\nГДЪя")
@example(SNOWMAN * MAX_TEXT_LENGTH)
@example("__proto__ constructor")
@given(TEXTS)
async def test_letters_are_as_large_as_drawn(drawings: Drawings, text: str) -> None:
    drawn = await drawings.natural_size(text)
    ours = text_size(text, 1)
    assert math.dist(ours, drawn) <= WITHIN * math.hypot(*drawn)


_LENGTHS = st.floats(0.05, 20).map(lambda length: round(length, 3))
_PLACES = st.floats(-20, 20).map(lambda place: round(place, 3))
_RIGHT_ANGLES = st.sampled_from([0, 90, 180, 270])


@EXACTLY
@given(
    TEXTS,
    st.tuples(_LENGTHS, _LENGTHS, st.one_of(st.just(0), _LENGTHS)).map(list),
    st.tuples(_PLACES, _PLACES, _PLACES).map(list),
    st.tuples(_RIGHT_ANGLES, _RIGHT_ANGLES, _RIGHT_ANGLES).map(list),
)
async def test_a_text_fills_its_box(
    drawings: Drawings, text: str, size: list[float], position: list[float], rotation: list[float]
) -> None:
    entity = {"kind": "text", "text": text, "size": size, "position": position}
    objects = {"o1": {**entity, "rotation": rotation}}
    extent = Layout(objects).extent("o1")
    assert extent is not None
    drawn = (await drawings.bounds(objects))["o1"]
    for ours, theirs in zip(extent, drawn, strict=True):
        assert math.dist(ours, theirs) <= WITHIN * math.hypot(*size)


@pytest.mark.parametrize("pair", ["fi", "fl"])
def test_pairs_that_fonts_draw_as_one_letter_stand_close(pair: str) -> None:
    assert text_size(pair, 1)[0] < sum(text_size(letter, 1)[0] for letter in pair)
