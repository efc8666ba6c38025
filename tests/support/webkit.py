"""WebKit as GTK has it, by WebDriver."""

import base64
import contextlib
import json
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from tests.support.http import http_client
from tests.support.other_browsers import (
    SYSTEM_PYTHON,
    WEBKIT_DRIVER,
    OtherPage,
    find,
    opened,
    own_place,
    running,
)
from tests.support.ports import ReservedPort
from tests.support.waiting import until_true

_WINDOW = Path(__file__).with_name("webkit_window.py")
_BROWSER = {"binary": SYSTEM_PYTHON, "args": [str(_WINDOW)]}
# A person who wishes for little motion.
_SETTINGS = "[Settings]\ngtk-enable-animations=0\n"


@dataclass
class WebKitPage(OtherPage):
    http: httpx2.AsyncClient
    downloads: Path
    log: Path
    session: str = ""

    async def send(self, method: str, path: str, **body: Any) -> Any:
        """The value that a command is answered with."""
        content = json.dumps(body) if method == "POST" else None
        answer = await self.http.request(method, f"{self.session}{path}", content=content)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    async def goto(self, url: str) -> None:
        await self.send("POST", "/url", url=url)

    async def reload(self) -> None:
        await self.send("POST", "/refresh")

    async def run(self, script: str, **names: Any) -> Any:
        given = f"async ({{ {', '.join(names)} }}) => {{ {script} }}"
        whole = f"""const [names, end] = arguments;
          const failed = (error) => end({{ error: String(error) }});
          ({given})(names).then((value) => end({{ value }}), failed)"""
        ended = await self.send("POST", "/execute/async", script=whole, args=[names])
        assert "error" not in ended, ended
        return ended.get("value")

    async def act(self, *sources: dict[str, Any]) -> None:
        await self.send("POST", "/actions", actions=sources)

    async def screenshot(self) -> Image.Image:
        return opened(base64.b64decode(await self.send("GET", "/screenshot")))

    async def complaints(self) -> list[str]:
        return re.findall(r"CONSOLE \S* ?(?:WARN|ERROR) .*", self.log.read_text(), re.M)


@asynccontextmanager
async def webkit_page(width: int, height: int) -> AsyncIterator[WebKitPage]:
    port = ReservedPort()
    with contextlib.ExitStack() as stack:
        folder, environment = stack.enter_context(own_place())
        (folder / "gtk-3.0").mkdir()
        (folder / "gtk-3.0" / "settings.ini").write_text(_SETTINGS)
        (folder / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{folder / "downloads"}"\n')
        log = folder / "log"
        environment |= {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        options = {"env": environment, "stderr": subprocess.STDOUT}
        command = [find(WEBKIT_DRIVER), f"--port={port.number}"]
        stack.enter_context(running(command, stdout=stack.enter_context(log.open("w")), **options))
        async with http_client(base_url=f"http://127.0.0.1:{port.number}") as http:
            page = WebKitPage(http, folder / "downloads", log)
            await until_true(lambda: _is_ready(http))
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": _BROWSER}}
            begun = await page.send("POST", "/session", capabilities=wanted)
            page.session = f"/session/{begun['sessionId']}"
            await page.send("POST", "/window/rect", width=width, height=height)
            yield page


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/status")).status_code == 200
    except httpx2.TransportError:
        return False
