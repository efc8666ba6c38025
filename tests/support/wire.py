"""What a client of the official kind really sent over HTTP."""

import json
from dataclasses import dataclass, field

import httpx2


@dataclass
class Wire:
    """Every request of one client, in the order in which they were sent."""

    requests: list[httpx2.Request] = field(default_factory=list)

    async def note(self, request: httpx2.Request) -> None:
        self.requests.append(request)

    def call_ids(self) -> list[int | str]:
        """The JSON-RPC ids of its tool calls."""
        return [json.loads(request.content)["id"] for request in self._tool_calls()]

    def protocol_sessions(self) -> list[str | None]:
        """The `Mcp-Session-Id` of each of its tool calls."""
        return [request.headers.get("mcp-session-id") for request in self._tool_calls()]

    def _tool_calls(self) -> list[httpx2.Request]:
        posts = [request for request in self.requests if request.method == "POST"]
        return [post for post in posts if json.loads(post.content).get("method") == "tools/call"]
