"""Models in a scene: imported by a client, dropped by a person, drawn in their true boxes."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.models import box_model, textured_model
from tests.support.sent_models import sent
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

MODEL = "model/gltf-binary"

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N14")]

# A file of a person's desktop, over the page.
DROPPED = """() => {
  const dropped = new DataTransfer();
  dropped.items.add(new File(["no model"], "dropped.glb"));
  return dropped;
}"""

Pixel = tuple[int, int, int]


async def looked(client: Any, key: str, path: Path | None = None) -> Image.Image:
    """What the model is shown of the scene."""
    result = await client.call_tool("take_screenshot", {"scene": key, "width": 640, "height": 360})
    assert not result.is_error
    [picture] = [block for block in result.content if block.type == "image"]
    image = Image.open(io.BytesIO(base64.b64decode(picture.data))).convert("RGB")
    if path is not None:
        image.save(path)
    return image


async def stands(client: Any, key: str, name: str) -> None:
    """Wait until an object of this name is in the scene."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while name not in (await call(client, "get_scene", scene=key))["message"]:
            pass


def middle(image: Image.Image) -> Pixel:
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return (int(pixel[0]), int(pixel[1]), int(pixel[2]))


def is_red(pixel: Pixel) -> bool:
    return pixel[0] > 2 * max(pixel[1], pixel[2])


def is_blue(pixel: Pixel) -> bool:
    return pixel[2] > 1.5 * max(pixel[0], pixel[1])


async def test_a_client_imports_a_model_that_pages_draw_and_people_add_others(
    shared_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    server = shared_server
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        link = f"{server.url}/?sessionId={key}&quality=low"
        opened = await (await ScenePage.open(browser, link)).connected()
        upload = await sent(server, key, box_model())
        added = await call(
            client, "import_model", upload=upload, name="crate", size=2, on="floor", scene=key
        )
        assert "crate: model 1 × 0.5 × 2 at" in added["message"]
        assert added["odd"] == []
        picture = await looked(client, key, tmp_path / "own.png")
        assert is_red(middle(picture))

        await call(
            client, "update_objects", changes=[{"target": "crate", "color": "blue"}], scene=key
        )
        assert is_blue(middle(await looked(client, key)))
        resized = {"target": "crate", "size": 1, "scene": key}
        told = await call(
            client, "update_objects", changes=[{"target": "crate", "size": [1]}], scene=key
        )
        assert "crate: model 0.5 × 0.25 × 1 at" in told["message"], resized
        await call(client, "history", action="undo", steps=2, scene=key)
        assert is_red(middle(await looked(client, key)))

        page = opened.page
        file = FilePayload(name="tile.glb", mimeType=MODEL, buffer=textured_model())
        await page.locator("#model-file").set_input_files(file)
        await stands(client, key, "tile")
        await call(client, "set_camera", frame=["tile"], view="front", scene=key)
        image = await looked(client, key, tmp_path / "tile.png")
        assert middle(image)[1] > 1.5 * max(middle(image)[0], middle(image)[2])  # its texture

        broken = FilePayload(name="broken.glb", mimeType=MODEL, buffer=b"glTF no")
        await page.locator("#model-file").set_input_files(broken)
        await expect(page.get_by_text("The model was not added")).to_be_visible()

        await page.route("**/api/assets/", lambda _: None)  # it is sent for ever
        drop = await page.evaluate_handle(DROPPED)
        await page.locator("body").dispatch_event("drop", {"dataTransfer": drop})
        await expect(page.locator("#models-title")).to_have_text("Adding dropped.glb")
        await page.locator("#models-cancel").click()
        await expect(page.locator("#models")).to_be_hidden()
        await page.unroute("**/api/assets/")
        await page.locator("body").dispatch_event("drop", {"dataTransfer": drop})
        await expect(page.get_by_text("neither a GLB nor a glTF file")).to_be_visible()
        refused = [each for each in opened.complaints if "422" not in each]
        assert refused == []
        await opened.close()


async def test_a_call_says_what_to_do_where_it_holds_no_address(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)

        async def refusal(**arguments: Any) -> tuple[str, str]:
            result = await client.call_tool("import_model", {"scene": key, **arguments})
            return error_code(result), text_of(result)

        code, text = await refusal()
        assert code == "asset_refused"
        assert f"{shared_server.url}/?sessionId={key}" in text
        assert (await refusal(url="data:model/gltf-binary;base64,Z2xURg=="))[0] == "asset_refused"
        assert (await refusal(upload="nothing"))[0] == "asset_unknown"
        for url in ("http://example.com/a.glb", "https://127.0.0.1/a.glb", "https://[::1]/a.glb"):
            code, text = await refusal(url=url)
            assert code == "asset_refused", url
            assert "cannot be fetched" in text
