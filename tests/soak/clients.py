"""An MCP client that finds a worker for each request, and knows that any of them may die on it."""

import json
import random
from collections.abc import Sequence
from typing import Any

import httpx2

from tests.support.raw import HANDSHAKE, META, MODERN
from tests.support.servers import ServerProcess

CALL_WITHIN_SECONDS = 8
_ACCEPT = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


class NoAnswerError(Exception):
    """The worker died, stood still or restarted: nobody knows how far the call came."""


class Caller:
    """One client of either era; every request goes to a worker by chance."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        workers: Sequence[ServerProcess],
        chance: random.Random,
        era: str,
    ) -> None:
        self._http = http
        self._workers = workers
        self._chance = chance
        self._era = era
        self._token = ""
        self._id = 0

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; return the whole result.

        Raises:
            NoAnswerError: none came, or not from the program.
        """
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
        text = answer.text
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            text = next(line[6:] for line in text.splitlines() if line.startswith("data: {"))
        message: dict[str, Any] = json.loads(text)
        if "result" not in message:
            raise NoAnswerError(text[:200])
        result: dict[str, Any] = message["result"]
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
        worker = self._chance.choice(self._workers)
        try:
            answer = await self._http.post(
                worker.mcp_url, json={"jsonrpc": "2.0", **message}, headers=_ACCEPT | headers
            )
        except httpx2.TransportError as error:
            raise NoAnswerError(str(error)) from error
        if answer.status_code != 200:
            raise NoAnswerError(f"HTTP {answer.status_code}")
        return answer
