"""How scenes look: the colors that were asked for, shadows, and what drawing leaves behind."""

import statistics
from collections.abc import AsyncIterator

import pytest
from PIL import Image, ImageChops
from playwright.async_api import Browser

from tests.support import drawn_documents
from tests.support.color_differences import difference, lab_of
from tests.support.drawings import Drawings

pytestmark = pytest.mark.anyio

Color = tuple[int, int, int]
COLORS = ["#008688", "#ffffff", "#f1c40f", "#222222", "#c0392b"]
DARK = "#222222"
SQUARE = (160, 160)


@pytest.fixture(scope="module")
async def drawings(browser: Browser) -> AsyncIterator[Drawings]:
    opened = await Drawings.open(browser)
    yield opened
    await opened.close()


def colors_of(picture: Image.Image) -> list[Color]:
    data = picture.tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))


async def seen(drawings: Drawings, picture: Image.Image) -> list[Color]:
    """The colors of the objects, without pixels that the background has a share in."""
    inside = (await drawings.mask()).tobytes()
    pixels = zip(colors_of(picture), inside, strict=True)
    return [color for color, share in pixels if share == 255]


def lightnesses(colors: list[Color]) -> list[float]:
    return sorted(lab_of(*color)[0] for color in colors)


@pytest.mark.parametrize("kind", ["sphere", "bust"])
async def test_a_color_is_seen_as_it_was_asked_and_not_in_flat_light(
    drawings: Drawings, kind: str
) -> None:
    for asked in COLORS:
        picture = await drawings.show(drawn_documents.studio(asked, kind), SQUARE)
        colors = await seen(drawings, picture)
        wanted = lab_of(*bytes.fromhex(asked[1:]))
        median = statistics.median(difference(wanted, lab_of(*color)) for color in colors)
        light = lightnesses(colors)
        span = light[len(light) * 95 // 100] - light[len(light) * 5 // 100]
        clipped = sum(max(color) == 255 for color in colors) / len(colors)
        assert median <= 6, asked
        assert span >= 20 or asked == DARK, asked
        assert clipped < 0.01, asked


@pytest.mark.parametrize("name", ["teal", "spheres", "outdoor"])
async def test_a_picture_for_the_server_is_the_one_on_the_screen(
    drawings: Drawings, name: str
) -> None:
    shown = await drawings.show(drawn_documents.all_documents()[name], SQUARE)
    assert colors_of(await drawings.taken(SQUARE)) == colors_of(shown)


async def test_what_stands_on_the_floor_throws_a_shadow_that_begins_at_its_base(
    drawings: Drawings,
) -> None:
    bare = await drawings.show(drawn_documents.studio(floor="none"), SQUARE)
    shown = await drawings.show(drawn_documents.studio(), SQUARE)
    mask = await drawings.mask()
    _, _, _, bottom = mask.getbbox() or (0, 0, 0, 0)
    base = mask.crop((0, bottom - 4, SQUARE[0], bottom - 3)).tobytes()
    left, right = base.index(255), base.rindex(255)
    darker = ImageChops.subtract(bare, shown).convert("L")
    row = darker.crop((0, bottom - 4, SQUARE[0], bottom - 3)).tobytes()
    assert min(row[left - 2], row[right + 2]) >= 20  # it touches the base on both sides
    # It falls to the left, opposite the key light.
    assert max(darker.crop((10, bottom - 25, left - 15, bottom)).tobytes()) >= 10
    assert max(darker.crop((right + 15, bottom - 25, 150, bottom)).tobytes()) <= 3
    assert max(darker.crop((0, 0, SQUARE[0], 60)).tobytes()) <= 2  # no shadow in the air


async def _penumbra(drawings: Drawings, size: float) -> int:
    """How many pixels the edge of a shadow is wide, under a light that is a square."""
    objects = {
        "slab": drawn_documents.solid("box", [2, 0.05, 4], [1, 0.6, 0]),
        "light": {
            "kind": "area_light", "position": [0, 2.4, 0], "aim": [0, 0, 0], "size": [size, size],
            "intensity": 20 / size**2,
        },
    }  # fmt: skip
    # From below the slab, along its edge.
    view = {"position": [0, 0.45, 1.2], "aim": [0, 0, 0], "fov": 50}
    document = drawn_documents.document(objects, camera=view, light="none", tone="none")
    document["environment"]["floor"] = "#808080"
    document["objects"] = {
        name: entity for name, entity in document["objects"].items() if name not in ("key", "fill")
    }
    picture = (await drawings.show(document, SQUARE)).convert("L")
    row = picture.crop((0, 78, 160, 82)).resize((160, 1), Image.Resampling.BOX).tobytes()
    low, high = min(row), max(row)
    return sum(low + 0.15 * (high - low) < light < low + 0.85 * (high - low) for light in row)


async def test_a_larger_light_has_softer_shadows(drawings: Drawings) -> None:
    assert await _penumbra(drawings, 1.0) >= 2 * await _penumbra(drawings, 0.2)


async def test_things_of_all_sizes_are_as_bright(drawings: Drawings) -> None:
    medians = []
    for side in (0.1, 1, 5, 20):
        box = drawn_documents.standing("box", [side] * 3, 0, 0, material={"color": "#8899aa"})
        shown = drawn_documents.document({"box": box}, measure=side)
        picture = await drawings.show(shown, SQUARE)
        medians.append(statistics.median(lightnesses(await seen(drawings, picture))))
    assert max(medians) - min(medians) < 5, medians


_COUNTS_SHADERS = """() => {
  const prototype = WebGL2RenderingContext.prototype;
  const compile = prototype.compileShader;
  window.compiled = 0;
  prototype.compileShader = function (shader) {
    window.compiled++;
    compile.call(this, shader);
  };
}"""


async def test_a_change_of_color_compiles_no_shader(drawings: Drawings) -> None:
    await drawings.show(drawn_documents.studio("#000000", "sphere"), (48, 32))
    await drawings.page.evaluate(_COUNTS_SHADERS)
    for color in COLORS:
        await drawings.show(drawn_documents.studio(color, "sphere"), (48, 32))
    assert await drawings.page.evaluate("compiled") == 0


async def _show_many(browser: Browser, count: int) -> None:
    drawings = await Drawings.open(browser)
    documents = list(drawn_documents.all_documents().values())
    held = []
    for shown in range(count):
        await drawings.show(documents[shown % len(documents)], (48, 32))
        held.append(await drawings.held())
    rounds = [held[i] for i in range(len(documents) - 1, count, len(documents))]
    assert all(later == rounds[0] for later in rounds[1:]), rounds
    await drawings.close()


@pytest.mark.long
@pytest.mark.timeout(900)  # without a graphics card, most of it compiles shaders
async def test_showing_two_hundred_scenes_leaves_nothing_behind(browser: Browser) -> None:
    await _show_many(browser, 200)


def stools(count: int) -> drawn_documents.Document:
    """Stools of three parts, in a grid."""
    objects: drawn_documents.Objects = {
        "o10": {
            "kind": "pattern", "position": [0, 0, 0], "bounds": [-0.2, 0, -0.2, 0.2, 0.55, 0.2],
            "arrangement": {"pattern": "grid", "count": count, "gap": 0.1},
        },
        "o11": drawn_documents.standing("cylinder", [0.1, 0.5, 0.1], 0, 0, parent="o10"),
        "o12": drawn_documents.solid("box", [0.4, 0.05, 0.4], [0, 0.275, 0], parent="o11"),
        "o13": drawn_documents.solid(
            "sphere", [0.1] * 3, [0, -0.2, 0], parent="o11", material={"preset": "glass"}
        ),
    }  # fmt: skip
    return drawn_documents.document(objects, measure=4)


async def test_a_thousand_copies_take_hardly_more_draw_calls_than_one(drawings: Drawings) -> None:
    one = await drawings.draw_calls(stools(1), (96, 64))
    many = await drawings.draw_calls(stools(1000), (96, 64))
    assert one > 3
    assert many <= one + 10


async def test_copies_look_like_the_objects_that_they_become(drawings: Drawings) -> None:
    pattern = stools(9)
    single = {name: pattern["objects"].pop(name) for name in ("o10", "o11", "o12", "o13")}
    apart = {**pattern, "objects": dict(pattern["objects"])}
    for index in range(9):
        x, z = (index % 3 - 1) * 0.5, (index // 3 - 1) * 0.5
        apart["objects"][f"o{index}0"] = {**single["o11"], "position": [x, 0.25, z], "parent": None}
        for part in ("o12", "o13"):
            apart["objects"][f"o{index}{part[1:]}"] = {**single[part], "parent": f"o{index}0"}
    pattern["objects"] |= single
    copies = await drawings.show(pattern, SQUARE)
    mask = await drawings.mask()
    objects = await drawings.show(apart, SQUARE)
    assert ImageChops.difference(mask, await drawings.mask()).getbbox() is None
    # The order in which glass is drawn differs, and shadows by the last digit of a depth.
    differences = ImageChops.difference(copies, objects).convert("L").tobytes()
    assert sum(value > 8 for value in differences) < len(differences) / 200


async def test_what_was_drawn_is_freed(drawings: Drawings) -> None:
    async def left_of(shown: drawn_documents.Document) -> dict[str, int]:
        await drawings.show(shown, (48, 32))
        assert (await drawings.held())["geometries"] > 0
        await drawings.dispose()
        return await drawings.held()

    # three.js keeps a table and a program of its own for as long as there is a renderer.
    own = await left_of(drawn_documents.studio())
    assert own["geometries"] == 0
    assert await left_of(drawn_documents.spheres()) == own


async def test_the_floor_stays_as_it_is_while_things_move(drawings: Drawings) -> None:
    jumping = {"bounce": {"start": 0, "period": 1, "amount": 3, "easing": "linear", "times": 0}}
    ball = drawn_documents.standing("sphere", [0.4, 0.4, 0.4], 0, 0, animation=jumping)
    view = {"position": [0, 1, 4], "aim": [0, 0.5, 0], "fov": 50}
    document = drawn_documents.document({"ball": ball}, camera=view)
    document["environment"]["floor"] = "#c9a97c"
    pictures = [await drawings.show(document, SQUARE, at=at) for at in (0.0, 0.5)]
    assert pictures[0].tobytes() != pictures[1].tobytes()
    # At the side, where the ball never is, from the horizon down.
    sides = [picture.crop((0, 0, 16, 160)) for picture in pictures]
    assert max(ImageChops.difference(*sides).convert("L").tobytes()) <= 2
