"""Requests to the endpoint, byte by byte as a test means them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.http import http_client
from tests.support.servers import ServerProcess

MODERN = "2026-07-28"
HANDSHAKE = "2025-11-25"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
META = {
    VERSION_KEY: MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer and the JSON-RPC message in it, be it plain or the only event of a stream."""

    status: int
    text: str
    headers: httpx2.Headers

    @property
    def message(self) -> dict[str, Any]:
        text = self.text
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            [text] = [line[6:] for line in text.splitlines() if line.startswith("data: {")]
        message: dict[str, Any] = json.loads(text)
        return message

    @property
    def code(self) -> int | str | None:
        """The JSON-RPC error's code, or the tool error's, or None for a success."""
        if "error" in self.message:
            return int(self.message["error"]["code"])
        result = self.message["result"]
        return str(result["_meta"]["hello3d/error"]["code"]) if result.get("isError") else None

    @property
    def told(self) -> str:
        """What a person or a model reads of an error."""
        if "error" in self.message:
            return str(self.message["error"]["message"])
        return str(self.message["result"]["content"][0]["text"])


def call_body(tool: str, arguments: str, era: str = MODERN) -> str:
    """The request of a call, with arguments given as JSON text."""
    meta = f',"_meta":{json.dumps(META)}' if era == MODERN else ""
    return (
        f'{{"jsonrpc":"2.0","id":7,"method":"tools/call",'
        f'"params":{{"name":{json.dumps(tool)},"arguments":{arguments}{meta}}}}}'
    )


class RawClient:
    """Sends what it is told; in the handshake era it opens a protocol session first."""

    def __init__(
        self, server: ServerProcess, era: str, path: str = "", *, bearer: str = ""
    ) -> None:
        self.era = era
        self._url = server.mcp_url + path
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        self._http = http_client(headers=headers)
        self.token = ""

    async def __aenter__(self) -> "RawClient":
        if self.era == HANDSHAKE:
            self.token = (await self.initialize()).headers["mcp-session-id"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def initialize(self, **headers: str) -> Answer:
        params = {"protocolVersion": HANDSHAKE, "capabilities": {}}
        params |= {"clientInfo": {"name": "raw", "version": "1"}}
        body = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        return await self.post(json.dumps(body), bare=True, extra=headers)

    async def post(
        self,
        body: str | bytes,
        *,
        bare: bool = False,
        method: str = "tools/call",
        name: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post a body as it is; `bare` leaves out what a protocol session would add."""
        content = body.encode() if isinstance(body, str) else body
        sent = {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            **({} if bare else self._era_headers(method, name)),
            **{key.replace("_", "-"): value for key, value in (extra or {}).items()},
        }
        response = await self._http.post(self._url, content=content, headers=sent)
        return Answer(response.status_code, response.text, response.headers)

    async def send(self, method: str, **headers: str) -> Answer:
        """A request without a body: GET or DELETE."""
        sent = {"accept": "text/event-stream", **self._era_headers("", "")}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        response = await self._http.request(method, self._url, headers=sent)
        return Answer(response.status_code, response.text, response.headers)

    async def call(self, tool: str, arguments: str, **headers: str) -> Answer:
        """Call a tool with arguments given as JSON text."""
        body = call_body(tool, arguments, self.era)
        return await self.post(body, name=tool, extra=headers)

    def _era_headers(self, method: str, name: str) -> dict[str, str]:
        if self.era == HANDSHAKE:
            return {"mcp-session-id": self.token, "mcp-protocol-version": HANDSHAKE}
        headers = {"mcp-protocol-version": MODERN}
        if method:
            headers["mcp-method"] = method
        if name:
            headers["mcp-name"] = name
        return headers
