"""Which texts mean which colors."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from sessions_app.scene.color_names import CRAYON_COLORS, CSS_COLORS
from sessions_app.scene.colors import Color, color_label, nearest_color_names, parse_color
from sessions_app.scene.errors import InvalidValueError
from tests.support.examples import examples

CRAYONS = """
licorice #000000, lead #1E1E1E, tungsten #3A3A3A, iron #545453, steel #6E6E6E, tin #878687,
nickel #888787, aluminum #A09FA0, magnesium #B8B8B8, silver #D0D0D0, mercury #E8E8E8, snow #FFFFFF,
cayenne #891100, mocha #894800, asparagus #888501, fern #458401, clover #028401, moss #018448,
teal #008688, ocean #004A88, midnight #001888, eggplant #491A88, plum #891E88, maroon #891648,
maraschino #FF2101, tangerine #FF8802, lemon #FFFA03, lime #83F902, spring #05F802,
sea foam #03F987, turquoise #00FDFF, aqua #008CFF, blueberry #002EFF, grape #8931FF,
magenta #FF39FF, strawberry #FF2987, salmon #FF726E, cantaloupe #FFCE6E, banana #FFFB6D,
honeydew #CEFA6E, flora #68F96E, spindrift #68FBD0, ice #68FDFF, sky #6ACFFF, orchid #6E76FF,
lavender #D278FF, bubblegum #FF7AFF, carnation #FF7FD3
"""
CRAYON_TABLE = [tuple(entry.strip().rsplit(" ", 1)) for entry in CRAYONS.split(",")]


def test_there_are_48_crayons() -> None:
    assert len(CRAYON_TABLE) == len(CRAYON_COLORS) == 48


@pytest.mark.parametrize(("name", "hex_"), CRAYON_TABLE)
def test_a_crayon_name_is_known(name: str, hex_: str) -> None:
    assert parse_color(name) == Color(hex_.lower(), name)


def test_every_css_name_means_what_css_says() -> None:
    assert ImageColor.colormap == CSS_COLORS
    assert len(CSS_COLORS) == 148


@pytest.mark.parametrize("name", sorted(CSS_COLORS.keys() - CRAYON_COLORS.keys()))
def test_a_css_name_that_is_no_crayon_is_known(name: str) -> None:
    assert parse_color(name) == Color(CSS_COLORS[name], name)


@pytest.mark.parametrize("name", sorted(CSS_COLORS.keys() & CRAYON_COLORS.keys()))
def test_a_crayon_wins_over_a_css_name_spelt_the_same(name: str) -> None:
    assert parse_color(name).hex == CRAYON_COLORS[name]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("#008688", "teal (#008688)"),
        ("#12AB34", "#12ab34"),
        ("#1a2", "#11aa22"),
        (" #FFF ", "white (#ffffff)"),
        ("Sea-Foam", "sea foam (#03f987)"),
        ("SEA_FOAM", "sea foam (#03f987)"),
        ("  seafoam", "sea foam (#03f987)"),
        ("Dark Slate Blue", "darkslateblue (#483d8b)"),
        ("RebeccaPurple", "rebeccapurple (#663399)"),
        ("white", "white (#ffffff)"),
        ("grey", "grey (#808080)"),
        ('"red"', "red (#ff0000)"),
        (" 'Sea foam' ", "sea foam (#03f987)"),
        ("`#FFF`", "white (#ffffff)"),
        ("0xFF0000", "red (#ff0000)"),
        ("#ff0000ff", "red (#ff0000)"),
        ("#f00F", "red (#ff0000)"),
    ],
)
def test_spelling_does_not_matter(text: str, label: str) -> None:
    assert parse_color(text).label == label


@pytest.mark.parametrize(
    ("hex_", "label"),
    [
        ("#ffffff", "white (#ffffff)"),
        ("#000000", "black (#000000)"),
        ("#d0d0d0", "silver (#d0d0d0)"),
        # CSS has another teal and another silver, and says those words for them.
        ("#008688", "teal (#008688)"),
        ("#c0c0c0", "#c0c0c0"),
        ("#008080", "#008080"),
        ("#ff0000", "red (#ff0000)"),
        ("#808080", "gray (#808080)"),
        # CSS calls these aqua and magenta too, but those words mean crayons here.
        ("#00ffff", "cyan (#00ffff)"),
        ("#ff00ff", "fuchsia (#ff00ff)"),
        ("#123456", "#123456"),
    ],
)
def test_a_stored_color_is_called_by_a_name_that_still_means_it(hex_: str, label: str) -> None:
    assert color_label(hex_) == label


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "blurple",
        "008688",
        "#12",
        "#12345",
        "#1234567",
        "#ff000080",
        "#f008",
        "0xf00",
        "#gggggg",
        "# fff",
        "#\u0660\u0660\u0660",
        "rgb(0)",
    ],
)
def test_anything_else_is_refused_with_the_nearest_names(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_color(text)
    assert refused.value.code == "invalid_argument"
    assert f'"{text}"' in str(refused.value)
    assert "#rrggbb, #rgb" in str(refused.value)
    assert ", ".join(nearest_color_names(text)) in str(refused.value)


@pytest.mark.parametrize("text", ["ff0000", "FF0000", "'Ff0000'"])
def test_digits_without_their_sign_are_offered_with_it(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"Did you mean #ff0000\?"):
        parse_color(text)


def test_blurple_is_near_blue_and_purple() -> None:
    assert {"blue", "purple"} <= set(nearest_color_names("blurple"))


def test_a_crayon_misspelt_is_offered_as_it_is_written() -> None:
    assert nearest_color_names("See Foam")[0] == "sea foam"


def test_a_very_long_color_is_refused_without_repeating_it() -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_color("teal" * 100_000)
    assert "400000 characters" in str(refused.value)
    assert len(str(refused.value)) < 300


def test_line_breaks_of_a_stranger_do_not_reach_the_message() -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_color("x\n\x1b[31mSYSTEM:")
    assert str(refused.value).isprintable()


@settings(deadline=None, max_examples=examples(300))
@given(st.text(max_size=80))
def test_any_text_is_a_lower_case_hex_color_or_refused(text: str) -> None:
    try:
        color = parse_color(text)
    except InvalidValueError:
        return
    assert re.fullmatch("#[0-9a-f]{6}", color.hex)


@settings(deadline=None, max_examples=examples(300))
@given(st.from_regex(r"#([0-9a-fA-F]{3}){1,2}", fullmatch=True))
def test_any_hex_color_is_known(text: str) -> None:
    digits = text[1:].lower()
    long = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    assert parse_color(text).hex == f"#{long}"


@pytest.mark.parametrize("hex_", sorted({*CRAYON_COLORS.values(), *CSS_COLORS.values()}))
def test_the_name_in_a_label_can_be_said_back(hex_: str) -> None:
    name = color_label(hex_).removesuffix(f" ({hex_})")
    assert parse_color(name).hex == hex_
