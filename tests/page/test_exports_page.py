"""A scene as files: asked for by a client, made by a page, downloaded from the server."""

import io
import json
import re
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser

from sessions_app.scene.document import require_entities, upgrade
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.exports import download, read_glb
from tests.support.scene_documents import all_entities
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N14")]

OBJECTS: list[dict[str, Any]] = [
    {"kind": "group", "name": "pair", "position": [1, 0, 0]},
    {"kind": "box", "name": "crate", "parent": "pair", "size": [1, 0.5, 0.5], "color": "red"},
    {"kind": "sphere", "name": "ball", "on": "crate", "parent": "pair", "size": 0.4},
    {"kind": "tube", "name": "cable", "points": [[-1, 0.1, 0], [-1, 0.5, 0], [-0.5, 0.1, 0]]},
    {"kind": "spot_light", "name": "spot", "position": [2, 2, 2], "aim": "crate"},
]


async def test_a_scene_is_exported_by_a_page_and_downloaded_by_its_link(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "add_objects", objects=OBJECTS, scene=key)
        refused = await client.call_tool("export_scene", {"format": "glb", "scene": key})
        assert error_code(refused) == "no_browser"
        link = f"{shared_server.url}/?sessionId={key}"
        assert f"the link, {link}, and" in text_of(refused)
        opened = await ScenePage.open(browser, f"{link}&quality=low", width=320, height=240)
        await opened.connected()

        exported = await call(client, "export_scene", format="glb", scene=key)
        assert exported["leftOut"][0] == "area lights: key, fill"
        assert exported["message"].count(exported["url"]) == 1
        content = await download(exported["url"])
        assert len(content) == exported["bytes"]
        gltf = read_glb(content)
        nodes = {node["name"]: node for node in gltf["nodes"] if "name" in node}
        assert nodes.keys() >= {"pair", "crate", "ball", "cable", "spot", "camera"}
        assert nodes["pair"]["translation"] == [1, 0, 0]
        inside = [gltf["nodes"][index] for index in nodes["pair"]["children"]]
        assert [node["name"] for node in inside] == ["crate", "ball"]
        assert nodes["ball"]["translation"] == pytest.approx([0, 0.7, 0])
        [light] = gltf["extensions"]["KHR_lights_punctual"]["lights"]
        assert light["type"] == "spot"
        assert "camera" in nodes["camera"]

        chosen = {"format": "GLB", "targets": ["ball"], "scene": key}
        part = read_glb(await download((await call(client, "export_scene", **chosen))["url"]))
        assert [node.get("name") for node in part["nodes"]] == ["ball", None]
        assert part["nodes"][0]["translation"] == pytest.approx([1, 0.7, 0])

        picture = await call(client, "export_scene", format="png", scene=key)
        seen = Image.open(io.BytesIO(await download(picture["url"])))
        assert (seen.format, seen.size, picture["leftOut"]) == ("PNG", (1280, 720), [])
        assert len(seen.convert("RGB").getcolors(1 << 24) or ()) > 100
        chosen["format"] = "png"
        picture = await call(client, "export_scene", **chosen)
        alone = Image.open(io.BytesIO(await download(picture["url"]))).convert("HSV")
        # The ball fills the picture and its middle; the crate is red, and is not to be seen.
        assert alone.getpixel((640, 360)) != alone.getpixel((20, 20))
        assert max(alone.getchannel("S").tobytes()) < 120
        await opened.close()


async def test_json_needs_no_browser_and_is_the_whole_scene(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "add_objects", objects=OBJECTS, scene=key)
        exported = await call(client, "export_scene", format="json", scene=key)
        assert re.fullmatch(rf"{shared_server.url}/files/[\w-]{{43}}", exported["url"])
        document = json.loads(await download(exported["url"]))
        require_entities(document, all_entities(document))
        assert upgrade.upgraded(document) == document
        names = {entity["name"] for entity in document["objects"].values()}
        assert names >= {each["name"] for each in OBJECTS}
        part = await call(client, "export_scene", format="json", targets=["ball"], scene=key)
        document = json.loads(await download(part["url"]))
        require_entities(document, all_entities(document))
        objects = {entity["name"]: entity for entity in document["objects"].values()}
        assert objects.keys() == {"pair", "ball", "key", "fill", "spot", "camera"}
        assert objects["spot"]["aim"] == pytest.approx([1, 0.25, 0])  # where the crate was
        for arguments, told in (
            ({"format": "obj"}, '`format` cannot be "obj". Accepted: glb'),
            ({"format": "json", "targets": ["bell"]}, 'Did you mean "ball"'),
            ({"format": "glb", "targets": ["bell"]}, 'Did you mean "ball"'),
        ):
            result = await client.call_tool("export_scene", {**arguments, "scene": key})
            assert error_code(result) == "invalid_argument"
            assert told in text_of(result)
