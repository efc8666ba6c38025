"""HTTP requests with no header but those that a test names; answers as far as they have come."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.support.raw import HANDSHAKE, META, MODERN
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """A whole answer. `error` is its JSON-RPC error, or that of the only event of its stream."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def message(self) -> dict[str, Any]:
        text = self.text
        if self.headers.get_content_type() == "text/event-stream":
            [text] = [line[6:] for line in text.splitlines() if line.startswith("data: {")]
        message: dict[str, Any] = json.loads(text)
        return message

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.message["error"]
        return error


def request(
    server: ServerProcess,
    method: str,
    headers: Mapping[str, str],
    *,
    path: str = "/mcp",
    body: bytes = b"",
) -> Reply:
    """Send a request and read its answer to the end."""
    with answering(server, method, headers, path=path, body=body) as response:
        return Reply(response.status, response.headers, response.read().decode())


@contextmanager
def answering(
    server: ServerProcess,
    method: str,
    headers: Mapping[str, str],
    *,
    path: str = "/mcp",
    body: bytes = b"",
    within_seconds: float = WITHIN_SECONDS,
) -> Iterator[http.client.HTTPResponse]:
    """An answer as soon as its head is there; TimeoutError where that takes longer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=within_seconds)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body:
        connection.putheader("content-length", str(len(body)))
    connection.endheaders(body or None)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def message(method: str, params: Any = None, *, era: str, id_: int = 7) -> dict[str, Any]:
    """A request of an era; `params` is completed by what that era wants in each."""
    if era == MODERN:
        params = {"_meta": META} | (params or {})
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}}


def headers_of(body: Mapping[str, Any], *, era: str, token: str = "") -> dict[str, str]:
    """The headers that go with a body."""
    headers = {"content-type": JSON, "accept": f"{JSON}, text/event-stream"}
    headers["mcp-protocol-version"] = era
    if era == HANDSHAKE:
        return headers | {"mcp-session-id": token}
    headers["mcp-method"] = body["method"]
    params = body.get("params") or {}
    name = params.get("name", params.get("uri")) if isinstance(params, dict) else None
    return headers | ({"mcp-name": name} if isinstance(name, str) else {})


def opening(version: str = HANDSHAKE, **capabilities: Any) -> dict[str, Any]:
    """An `initialize` of a client that is no other's."""
    params = {"protocolVersion": version, "capabilities": capabilities}
    params |= {"clientInfo": {"name": f"raw {uuid4()}", "version": "1"}}
    return message("initialize", params, era=HANDSHAKE, id_=0)


def open_session(server: ServerProcess, *, path: str = "/mcp", version: str = HANDSHAKE) -> Reply:
    """The answer to `initialize`; its header `mcp-session-id` is the token."""
    body = json.dumps(opening(version)).encode()
    headers = {"content-type": JSON, "accept": f"{JSON}, text/event-stream"}
    return request(server, "POST", headers, path=path, body=body)
