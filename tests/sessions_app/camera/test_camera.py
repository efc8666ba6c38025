"""Where no browser has a scene open, the server's own draws it."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvloop
from mcp.client import Client
from PIL import Image

from sessions_app.camera import camera
from sessions_app.camera.camera import Camera
from sessions_app.camera.devtools import BrowserEndedError, DevTools
from sessions_app.limits.rates import TooBusyError
from tests.conftest import StartServer
from tests.support import chromium
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.http import get
from tests.support.models import box_model
from tests.support.sent_models import sent
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H8")]

SIZE = {"width": 320, "height": 180}


def environment(program: str, folder: Path) -> dict[str, str]:
    return {"HELLO3D_CAMERA": program, "TMPDIR": str(folder)}


async def picture_of(client: Client, key: str, **asked: Any) -> tuple[Image.Image, str]:
    for _ in range(3):  # on a busy machine a browser may take longer to start than a call may
        result = await client.call_tool("take_screenshot", {**SIZE, "scene": key, **asked})
        if not result.is_error:
            break
    assert not result.is_error, result.content
    [data] = [block.data for block in result.content if block.type == "image"]
    [text] = [block.text for block in result.content if block.type == "text"]
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), text


def browsers_of(server: ServerProcess) -> list[psutil.Process]:
    """The camera of a server, and the script that has started it."""
    found = []
    for child in psutil.Process(server.pid).children(recursive=True):
        command = " ".join(child.cmdline())
        if "--remote-debugging-pipe" in command and "--type=" not in command:
            found.append(child)
    return found


async def test_it_draws_what_no_browser_shows_and_leaves_nothing_behind(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    program = chromium.find()
    assert program is not None
    folder = tmp_path / "temporary"
    folder.mkdir()
    server = start_server(database_url, environment=environment(program, folder))
    async with client_of(server, "auto") as client:
        keys = [await open_scene(client) for _ in range(2)]
        for key, color in zip(keys, ("red", "lime"), strict=True):
            await call(client, "change_model_color", color=color, scene=key)
        shown = [await picture_of(client, key) for key in keys]
        for (image, text), strongest in zip(shown, (0, 1), strict=True):
            assert image.size == (320, 180)
            middle = image.getpixel((160, 90))
            assert isinstance(middle, tuple)
            assert middle[strongest] == max(middle) > 100
            assert "The scene at revision 1, from its own camera" in text
            assert "No browser is open" in text
        views, text = await picture_of(client, keys[0], views=["front", "left"], labels=True)
        assert "2 views" in text
        assert views.size[0] > views.size[1]
        upload = await sent(server, keys[1], box_model())
        await call(client, "import_model", upload=upload, name="crate", size=2, scene=keys[1])
        await call(client, "set_camera", frame=["crate"], view="front", scene=keys[1])
        model, _ = await picture_of(client, keys[1])
        red, green, blue = model.resize((5, 5)).crop((2, 2, 3, 3)).tobytes()
        assert red > 2 * max(green, blue)
        killed = browsers_of(server)
        for process in killed:
            process.kill()
        assert killed
        psutil.wait_procs(killed)
        refused = await client.call_tool("take_screenshot", {**SIZE, "scene": keys[0]})
        if refused.is_error:  # it was not heard of before
            assert error_code(refused) == "browser_silent"
        exported = await call(client, "export_scene", format="glb", scene=keys[1])
        assert get(exported["url"]).content[:4] == b"glTF"
        left = browsers_of(server)
        assert left
    assert count(database_url, "pairing") == 0
    assert list(folder.glob("hello3d-camera-*"))
    server.stop()
    await until(lambda: not any(process.is_running() for process in left))
    assert not list(folder.glob("hello3d-camera-*"))
    assert "Traceback" not in server.log.read_text()


async def test_a_program_that_is_no_chromium_is_told_of_and_leaves_nothing_behind(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    server = start_server(database_url, environment=environment("/bin/true", folder))
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        for _ in range(2):
            refused = await client.call_tool("take_screenshot", {**SIZE, "scene": key})
            assert error_code(refused) == "no_browser"
            assert "Give the person its link" in text_of(refused)
    assert not list(folder.glob("hello3d-camera-*"))
    log = server.log.read_text()
    assert log.count("the camera cannot start") == 1  # nor is it tried again at once
    assert "Traceback" not in log


def test_a_program_that_ends_is_said_to_have_ended_whenever_it_does() -> None:
    async def ask_one_that_ends(after_seconds: float) -> None:
        program = await DevTools.start("/bin/true", (), {})
        await asyncio.sleep(after_seconds)  # not until anything: each moment is another case
        with pytest.raises(BrowserEndedError):
            async with asyncio.timeout(WITHIN_SECONDS):
                await program.call("Target.createTarget", {"url": "about:blank"})
        await program.stop()

    async def ask_many() -> None:
        for moment in range(30):
            await ask_one_that_ends(moment / 1000)

    uvloop.run(ask_many())  # as servers run; other loops write to a closed pipe without a word


def test_its_page_is_everybodys_and_knows_nobody(shared_server: ServerProcess) -> None:
    page = get(f"{shared_server.url}/camera")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"


async def test_more_than_a_few_are_not_kept_waiting(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CAMERA, settings.CAMERA_ORIGIN = "/bin/cat", "http://127.0.0.1:9"
    monkeypatch.setattr(camera, "MAX_WAITING", 1)
    own = Camera()
    first = asyncio.create_task(own.take({}))  # to which /bin/cat never has an answer
    await asyncio.sleep(0)
    with pytest.raises(TooBusyError):
        await own.take({})
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await own.stop()


async def test_after_a_rest_it_is_ended(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    program = chromium.find()
    settings.CAMERA, settings.CAMERA_ORIGIN = (
        program,
        "data:text/html,<script>take=()=>({})</script>",
    )
    monkeypatch.setattr(camera, "IDLE_SECONDS", 0.05)
    before = {child.pid for child in psutil.Process().children()}
    own = Camera()
    assert await own.take({}) == {}
    [browser] = [child for child in psutil.Process().children() if child.pid not in before]
    await until(lambda: not browser.is_running())
    assert await own.take({}) == {}  # another one
    await own.stop()
