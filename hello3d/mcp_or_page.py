"""Who asks at `/mcp`: a program, which gets the protocol, or a person, who gets a page."""

from starlette.types import ASGIApp, Receive, Scope, Send

from sessions_app.web import origins


class McpOrPage:
    """Hands a browser's request to open the address to Django, and all others to the endpoint."""

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._pages if _is_persons(scope) else self._endpoint
        await answer(scope, receive, send)


def _is_persons(scope: Scope) -> bool:
    """Whether a browser opens the address: an MCP client's GET takes `text/event-stream` alone."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    accepted = (origins.header(scope["headers"], b"accept") or "").lower().split(",")
    kinds = {one.partition(";")[0].strip() for one in accepted}
    return "text/html" in kinds and "text/event-stream" not in kinds
