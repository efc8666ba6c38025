"""Charts on the page: loaded where a scene has one, drawn, told as a table, changed by new rows."""

import base64
import io
from collections.abc import Callable

import pytest
from mcp.client import Client
from mcp_types import ImageContent
from PIL import Image
from playwright.async_api import Browser, Request, expect

from tests.support.browsers import ScenePage, new_tab
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

CHARTS_CHUNK = "/chunks/chart_"
SOME = 0.01
CSV = "quarter,North,South\nQ1,5,3\nQ2,-2,4"


async def picture(client: Client, key: str) -> Image.Image:
    shot = await client.call_tool("take_screenshot", {"scene": key, "width": 320, "height": 180})
    [image] = [part for part in shot.content if isinstance(part, ImageContent)]
    return Image.open(io.BytesIO(base64.b64decode(image.data)))


def share(picture: Image.Image, is_of: Callable[[int, int, int], bool]) -> float:
    """How much of a picture has a color."""
    colors = picture.convert("RGB").resize((96, 54)).tobytes()
    pixels = list(zip(colors[::3], colors[1::3], colors[2::3], strict=True))
    return sum(is_of(*pixel) for pixel in pixels) / len(pixels)


def is_blue(red: int, green: int, blue: int) -> bool:
    return blue > 1.3 * green and blue > 2 * red


def is_orange(red: int, green: int, blue: int) -> bool:
    return red > 1.2 * green and green > 1.5 * blue


async def test_a_chart_is_drawn_and_told_as_a_table_and_new_rows_are_one_step(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page = await new_tab(browser)
    asked: list[str] = []

    def note(request: Request) -> None:
        if CHARTS_CHUNK in request.url:
            asked.append(request.url)

    page.on("request", note)
    rows = page.locator("#chart-tables table tr")
    async with client_of(shared_server, "auto") as client:
        opened = await call(client, "open_session", start="empty")
        key = opened["sessionId"]
        shown = await (await ScenePage.open_in(page, opened["browserUrl"])).connected()
        await call(client, "change_background_color", scene=key, color="white")
        await shown.shows(1)
        assert asked == []
        await call(client, "add_chart", scene=key, name="sales", title="Sales", csv=CSV)
        await shown.shows(2)
        seen = await picture(client, key)
        assert share(seen, is_blue) > SOME
        assert share(seen, is_orange) > SOME
        await expect(page.locator("#chart-tables caption")).to_have_text("Sales")
        await expect(rows).to_have_text(["LabelNorthSouth", "Q153", "Q2-24"])
        new = [{"label": "all", "value": 9}]
        changed = await call(client, "add_chart", scene=key, name="sales", rows=new)
        assert changed["revision"] == 3
        await expect(rows).to_have_text(["LabelValue", "all9"])
        assert share(await picture(client, key), is_orange) < SOME / 4
        await call(client, "history", scene=key, action="undo")
        await expect(rows).to_have_count(3)
        assert share(await picture(client, key), is_orange) > SOME
        file = await call(client, "export_scene", scene=key, format="glb")
    assert len(set(asked)) == len(asked) > 0
    glb = await page.request.get(file["url"])
    assert (await glb.body())[:4] == b"glTF"
    assert shown.complaints == []
    await shown.close()
