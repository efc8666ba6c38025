"""Firefox, by WebDriver BiDi."""

import base64
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from websockets.asyncio.client import ClientConnection, connect

from tests.support.other_browsers import (
    FIREFOX,
    OtherPage,
    find,
    opened,
    own_place,
    running,
)
from tests.support.waiting import until

# A person who wishes for little motion, and nothing that is fetched from elsewhere.
_PREFERENCES = {
    "ui.prefersReducedMotion": 1,
    "browser.download.folderList": 2,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}


@dataclass
class FirefoxPage(OtherPage):
    socket: ClientConnection
    downloads: Path
    context: str = ""
    _sent: int = 0
    _complaints: list[str] = field(default_factory=list)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command; what happens meanwhile is noted."""
        self._sent += 1
        await self.socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            message = json.loads(await self.socket.recv())
            if message["type"] == "event":
                self._note(message["params"])
            else:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["level"] in ("warn", "error"):
            self._complaints.append(f"{entry['level']}: {entry['text']}")

    async def goto(self, url: str) -> None:
        method = "browsingContext.navigate"
        await self.send(method, context=self.context, url=url, wait="complete")

    async def reload(self) -> None:
        await self.send("browsingContext.reload", context=self.context, wait="complete")

    async def run(self, script: str, **names: Any) -> Any:
        given = f"async ({{ {', '.join(names)} }}) => {{ {script} }}"
        expression = (
            f"({given})({json.dumps(names)}).then((value) => JSON.stringify(value ?? null))"
        )
        target = {"context": self.context}
        method = "script.evaluate"
        ended = await self.send(method, expression=expression, target=target, awaitPromise=True)
        assert ended["type"] == "success", ended
        return json.loads(ended["result"]["value"])

    async def act(self, *sources: dict[str, Any]) -> None:
        await self.send("input.performActions", context=self.context, actions=sources)

    async def screenshot(self) -> Image.Image:
        taken = await self.send("browsingContext.captureScreenshot", context=self.context)
        return opened(base64.b64decode(taken["data"]))

    async def complaints(self) -> list[str]:
        await self.send("session.status")  # what came before its answer is noted
        return self._complaints


@asynccontextmanager
async def firefox_page(width: int, height: int) -> AsyncIterator[FirefoxPage]:
    with contextlib.ExitStack() as stack:
        folder, environment = stack.enter_context(own_place())
        own = _PREFERENCES | {"browser.download.dir": str(folder / "downloads")}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(own[name])});\n" for name in own)
        (folder / "user.js").write_text("".join(lines))
        command = [find(FIREFOX), "--remote-debugging-port=0", "--no-remote"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        whole = [*command, "--profile", str(folder)]
        stack.enter_context(running(whole, env=environment, **quiet))
        told = folder / "WebDriverBiDiServer.json"
        await until(lambda: told.exists() and bool(told.read_text()))
        address = f"ws://127.0.0.1:{json.loads(told.read_text())['ws_port']}/session"
        async with connect(address, max_size=None) as socket:
            page = FirefoxPage(socket, folder / "downloads")
            await page.send("session.new", capabilities={})
            [tab] = (await page.send("browsingContext.getTree"))["contexts"]
            page.context = tab["context"]
            await page.send("session.subscribe", events=["log.entryAdded"])
            size = {"width": width, "height": height}
            await page.send("browsingContext.setViewport", context=page.context, viewport=size)
            yield page
