"""An MCP client that finds a worker for each request, and knows that any of them may die on it."""

import asyncio
import json
import random
import re
import time
from http import HTTPStatus
from typing import Any

import httpx2

from tests.soak.record import Record
from tests.soak.stage import Stage
from tests.support.raw import HANDSHAKE, META, MODERN

# A call ends within 25 s (DESIGN.md, section 7); its answer has a way to go on a busy machine.
ANSWER_WITHIN_SECONDS = 27.0
# Of a worker that was frozen meanwhile: so long at the most, and its calls begin anew after it.
END_WITHIN_SECONDS = 45.0
# What an error says whose head was sent already, as that of a result, when the store failed.
_SAYS_WHEN = re.compile(r"Wait \d+ s, then ")
_ACCEPT = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


class NoAnswerError(Exception):
    """The worker died, stood still or restarted: nobody knows how far the call came."""


class Caller:
    """One client of either era; every request goes to a worker by chance."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        stage: Stage,
        record: Record,
        chance: random.Random,
        era: str,
    ) -> None:
        self._http = http
        self._stage = stage
        self._record = record
        self._chance = chance
        self._era = era
        self._token = ""
        self._id = 0
        self.is_bound = False  # its protocol session steers its scene

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; return the whole result.

        Raises:
            NoAnswerError: none came. The next call begins another protocol session: what this one
                did may still take effect, and would change what that one steers.
        """
        try:
            return await self._call(tool, arguments)
        except NoAnswerError:
            self._token, self.is_bound = "", False
            raise

    def bind(self) -> None:
        """Take note that the scene was opened through the protocol session, if there is one."""
        self.is_bound = bool(self._token)

    async def _call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if self._era == HANDSHAKE and not self._token:
            self._token = await self._initialize()
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        headers = {"mcp-protocol-version": HANDSHAKE, "mcp-session-id": self._token}
        if self._era == MODERN:
            params["_meta"] = META
            headers = {
                "mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": tool
            }  # fmt: skip
        self._id += 1
        answer = await self._post(
            {"id": self._id, "method": "tools/call", "params": params}, headers
        )
        result: dict[str, Any] = _message(answer)["result"]
        return result

    async def _initialize(self) -> str:
        params = {
            "protocolVersion": HANDSHAKE,
            "capabilities": {},
            "clientInfo": {"name": "soak", "version": "1"},
        }
        answer = await self._post({"id": 0, "method": "initialize", "params": params}, {})
        return str(answer.headers["mcp-session-id"])

    async def _post(self, message: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        worker = self._chance.choice(self._stage.workers)
        began = time.monotonic()
        answer, refused, wrong = None, "", ""
        try:
            async with asyncio.timeout(END_WITHIN_SECONDS):
                answer = await self._http.post(
                    worker.mcp_url, json={"jsonrpc": "2.0", **message}, headers=_ACCEPT | headers
                )
            refused, wrong = _refusal(answer), _what_is_wrong(answer)
        except TimeoutError:
            text = f"never ended: {END_WITHIN_SECONDS:.0f} s were waited"
            self._record.fault(f"{message['method']} to {worker.instance} {text}")
            raise NoAnswerError(text) from None
        except httpx2.TransportError as error:
            wrong = f"broke off: {error!r}"
        if not self._stage.was_troubled(worker, since=began):
            self._judge(f"{message['method']} to {worker.instance}", began, wrong)
        if answer is None or refused or wrong:
            self._record.answers[refused or "none"] += 1
            raise NoAnswerError(refused or wrong)
        return answer

    def _judge(self, what: str, began: float, wrong: str) -> None:
        """Take down how a worker that was well all the time has answered."""
        took = time.monotonic() - began
        self._record.slowest_seconds = max(self._record.slowest_seconds, took)
        if wrong:
            self._record.fault(f"{what}, which was well, {wrong}")
        elif took > ANSWER_WITHIN_SECONDS:
            self._record.fault(f"{what}, which was well, was answered after {took:.0f} s")


def _what_is_wrong(answer: httpx2.Response) -> str:
    """Why an HTTP answer is none to the call, nor a refusal of it, or ""."""
    if _refusal(answer) or (answer.status_code == HTTPStatus.OK and "result" in _message(answer)):
        return ""
    return f"got HTTP {answer.status_code}: {answer.text[:300]}"


def _refusal(answer: httpx2.Response) -> str:
    """How a request was refused that came to no call, for now, as answers are counted; or ""."""
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers:
        return "HTTP 503"
    text = str(_message(answer).get("error", {}).get("message", ""))
    return "error -32603" if _SAYS_WHEN.search(text) else ""


def _message(answer: httpx2.Response) -> dict[str, Any]:
    """The JSON-RPC message, be it the body or the only event of a stream; {} where it broke off."""
    text = answer.text
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        text = next((line[6:] for line in text.splitlines() if line.startswith("data: {")), "{}")
    try:
        message: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return message
