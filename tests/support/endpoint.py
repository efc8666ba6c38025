"""A plain HTTP client of the endpoint, which may send what no SDK would."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.raw import HANDSHAKE, MODERN
from tests.support.requests import Reply, headers_of, message, request
from tests.support.servers import ServerProcess

EVENTS = "text/event-stream"

KEY = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"

ERAS = (HANDSHAKE, MODERN)


class Client:
    """Sends bodies of an era with the headers that belong to them."""

    def __init__(self, server: ServerProcess, era: str, token: str) -> None:
        self._server = server
        self.era = era
        self.token = token

    def post(self, body: Mapping[str, Any], /, path: str = "/mcp", **headers: str | None) -> Reply:
        """Post a body; a header of None is left out."""
        sent = headers_of(body, era=self.era, token=self.token)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in (sent | named).items() if value is not None}
        return request(self._server, "POST", kept, path=path, body=json.dumps(body).encode())

    def call(
        self, tool: str, arguments: Any, *, path: str = "/mcp", **headers: str | None
    ) -> Reply:
        return self.post(self.message(tool, arguments), path, **headers)

    def message(self, tool: str, arguments: Any) -> dict[str, Any]:
        params = {"name": tool, "arguments": arguments}
        return message("tools/call", params, era=self.era)
