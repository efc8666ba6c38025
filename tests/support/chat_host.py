"""A chat that shows our view as MCP Apps 2026-01-26 asks for: on the official bridge, in a sandbox.

Chat and sandbox are pages of origins that exist in the browser alone.
"""

import asyncio
import io
import json
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcp.client import Client, advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types import CallToolResult, TextResourceContents
from PIL import Image, ImageChops
from playwright.async_api import Browser, FrameLocator, Page, Route, expect

from mcp_bridge.tools.scene_views import VIEW_URI
from sessions_app.simulation.servers import PROJECT
from tests.support.browsers import DRIVER_IS_SLOW, WAIT_MS, new_tab

SHOWS_VIEWS = (advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]}),)
CHAT, SANDBOX = "http://chat.test/", "http://sandbox.test/"
_SOURCE = "tests/page/chat_host/host.js"
_CHAT_PAGE = (
    "<!doctype html><style>body {{ margin: 0 }} iframe {{ display: block; border: 0; width: 100%;"
    " height: {height} }}</style><iframe></iframe><script>{script}</script>"
)
# Loads the view's HTML into a frame inside, and passes messages on.
_SANDBOX_PAGE = """<!doctype html><style>html, body, iframe { margin: 0; border: 0; width: 100%;
  height: 100%; display: block }</style><iframe sandbox="allow-scripts allow-same-origin"></iframe>
<script>
const inner = document.querySelector("iframe");
addEventListener("message", ({ source, data }) => {
  if (source === inner.contentWindow) parent.postMessage(data, "*");
  else if (data.method === "ui/notifications/sandbox-resource-ready") {
    inner.contentDocument.open();
    inner.contentDocument.write(data.params.html);
    inner.contentDocument.close();
  } else inner.contentWindow.postMessage(data, "*");
});
parent.postMessage(
  { jsonrpc: "2.0", method: "ui/notifications/sandbox-proxy-ready", params: {} }, "*");
</script>"""


def csp_of(declared: dict[str, list[str]]) -> str:
    """The policy that the specification builds of what a view declares."""
    resources = " ".join(declared.get("resourceDomains", []))
    connects = " ".join(declared.get("connectDomains", []))
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-inline' {resources};"
        f" style-src 'self' 'unsafe-inline' {resources}; connect-src 'self' {connects};"
        f" img-src 'self' data: {resources}; font-src 'self' {resources};"
        f" media-src 'self' data: {resources}; frame-src 'none'; object-src 'none'; base-uri 'self'"
    )


@dataclass
class ChatHost:
    """The chat's page with the view in it, and all that was asked of the network or blocked."""

    page: Page
    client: Client
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    is_offline: bool = False

    @classmethod
    async def open(
        cls,
        browser: Browser,
        client: Client,
        *,
        size: tuple[int, int] = (400, 300),
        context: dict[str, Any] | None = None,
        refuses: bool = False,
    ) -> "ChatHost":
        """Open a chat of this size and load the view, as the server has it."""
        page = await new_tab(browser, width=size[0], height=size[1])
        page.set_default_timeout(WAIT_MS)
        host = cls(page, client)
        page.on("console", lambda message: host._note(message.type, message.text))
        page.on("pageerror", lambda error: host.complaints.append(str(error)))
        page.on("request", lambda request: host.asked.append(request.url))
        await page.expose_function("callServer", host._call)
        [content] = (await client.read_resource(VIEW_URI)).contents
        assert isinstance(content, TextResourceContents)
        csp = (content.meta or {})["ui"]["csp"]
        script = (await asyncio.to_thread(_bundle)).replace("</script", "<\\/script")
        fixed = (context or {}).get("containerDimensions", {}).get("height")
        chat = _CHAT_PAGE.format(height=f"{fixed}px" if fixed else "150px", script=script)
        await page.route(f"{CHAT}**", _page(chat))
        await page.route(f"{SANDBOX}**", _page(_SANDBOX_PAGE, csp_of(csp)))
        await page.goto(CHAT)
        options = {"sandbox": SANDBOX, "html": content.text, "csp": csp, "refuses": refuses}
        await page.evaluate("openView", {**options, "context": context or {}})
        return host

    @property
    def view(self) -> FrameLocator:
        """The view's own document."""
        return self.page.frame_locator("iframe").frame_locator("iframe")

    async def show(self, result: CallToolResult) -> None:
        """Hand the view the result of the tool that it belongs to."""
        await self.page.evaluate("sendResult", json.loads(_text(result)))

    async def shows(self, revision: int) -> None:
        """Wait until the view has drawn exactly this revision."""
        root = self.view.locator("html")
        await expect(root).to_have_attribute("data-revision", str(revision))

    async def set_context(self, **context: Any) -> None:
        await self.page.evaluate("setContext", context)

    async def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB")

    async def pixel(self, x: int, y: int) -> tuple[int, ...]:
        pixel = (await self.picture()).getpixel((x, y))
        assert isinstance(pixel, tuple)
        return pixel

    async def reddest(self) -> float:
        """By how much the reddest pixel is redder than green."""
        red, green, _ = (await self.picture()).split()
        lowest_and_highest = ImageChops.subtract(red, green).getextrema()
        highest = lowest_and_highest[1]
        assert isinstance(highest, int | float)
        return highest

    async def heard(self) -> list[Any]:
        """What the view has had the chat do."""
        return list(await self.page.evaluate("heard"))

    async def close(self) -> None:
        await self.page.evaluate("tearDown")
        await self.page.context.close()

    async def _call(self, text: str) -> str:
        if self.is_offline:
            raise ConnectionError("there is no network")
        params = json.loads(text)
        self.calls.append(params["name"])
        return _text(await self.client.call_tool(params["name"], params["arguments"]))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and DRIVER_IS_SLOW not in text:
            self.complaints.append(text)


def _text(result: CallToolResult) -> str:
    return result.model_dump_json(by_alias=True, exclude_none=True)


def _page(html: str, policy: str = "") -> Callable[[Route], Awaitable[None]]:
    headers = {"content-security-policy": policy} if policy else {}

    async def answer(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html", headers=headers)

    return answer


def _bundle() -> str:
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "host.js"
        subprocess.run(
            ["node_modules/.bin/esbuild", _SOURCE, "--bundle", f"--outfile={bundle}"],
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
        return bundle.read_text()
