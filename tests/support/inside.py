"""The parts of an opened page that it has no control for, found by the debugger."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

from PIL import Image
from playwright.async_api import CDPSession, Page

from tests.support.waiting import until_true

# The object whose class has all of these members, asynchronous ones if these are asked for.
_FIND = """function (names, kindOf) {
  return this.find((one) => {
    try {
      const kind = Object.getPrototypeOf(one);
      return kind !== Object.prototype && names.every((name) => {
        if (!Object.hasOwn(kind, name)) return false;
        return !kindOf || Object.prototype.toString.call(kind[name]) === kindOf;
      });
    } catch { return false; }
  });
}"""
_SEND = "function (name, given) { return this.send(name, given); }"
_SCENE = "function () { return [this.revision, JSON.stringify(this.document)]; }"
_PREVIEWED = "function () { return [...this.above().keys()]; }"
_TAKE = """async function (revision) {
  const asked = { revision, width: 320, height: 180, withinMs: 30000, at: 0 };
  const taken = await this.take(asked, new AbortController().signal);
  return taken.result?.data ?? JSON.stringify(taken.error);
}"""


@dataclass
class Inside:
    """The outbox, the scene and the screenshots of a page, as its own controls have them."""

    debugger: CDPSession
    outbox: str
    state: str
    screenshots: str
    previews: str

    @classmethod
    async def of(cls, page: Page) -> "Inside":
        debugger = await page.context.new_cdp_session(page)
        every = await debugger.send("Runtime.evaluate", {"expression": "Object.prototype"})
        of_every = {"prototypeObjectId": every["result"]["objectId"]}
        objects = (await debugger.send("Runtime.queryObjects", of_every))["objects"]["objectId"]

        async def find(*names: str, kind: str = "") -> str:
            asked = {
                "objectId": objects,
                "functionDeclaration": _FIND,
                "arguments": [{"value": names}, {"value": kind}],
            }
            found = await debugger.send("Runtime.callFunctionOn", asked)
            return str(found["result"]["objectId"])

        return cls(
            debugger,
            outbox=await find("send", "editRefused"),
            state=await find("document", "revision", "load", "apply"),
            screenshots=await find("take", kind="[object AsyncFunction]"),
            previews=await find("above", "settle", "arrived"),
        )

    async def send(self, name: str, **given: Any) -> dict[str, Any]:
        """Send an edit; what comes of it, once it is answered."""
        outcome: dict[str, Any] = await self._call(self.outbox, _SEND, name, given)
        return outcome

    async def scene(self) -> tuple[int, dict[str, Any]]:
        """The page's revision and document."""
        revision, document = await self._call(self.state, _SCENE)
        return revision, json.loads(document)

    async def comes_to(self, revision: int) -> dict[str, Any]:
        """Wait until the page has exactly this revision; its document."""
        document: dict[str, Any] = {}

        async def has_come() -> bool:
            nonlocal document
            found, document = await self.scene()
            return found == revision

        await until_true(has_come, pause=0.05)
        return document

    async def previewed(self) -> list[str]:
        """The ids of objects that the page shows otherwise than they are stored."""
        ids: list[str] = await self._call(self.previews, _PREVIEWED)
        return ids

    async def picture(self, revision: int) -> Image.Image:
        """What the scene's own camera sees at this revision, as screenshots have it."""
        data: str = await self._call(self.screenshots, _TAKE, revision)
        return Image.open(io.BytesIO(base64.b64decode(data, validate=True))).convert("RGB")

    async def _call(self, object_id: str, function: str, *given: Any) -> Any:
        asked = {
            "objectId": object_id,
            "functionDeclaration": function,
            "arguments": [{"value": value} for value in given],
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = await self.debugger.send("Runtime.callFunctionOn", asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"]["value"]
