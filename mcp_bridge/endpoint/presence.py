"""Records the client and scene of each message, for the presence shown on pages."""

import contextlib
from collections.abc import Iterator
from typing import Any

from mcp.server.context import CallNext, HandlerResult

from mcp_bridge.resources.scene_uris import parse_uri
from mcp_bridge.tools.context import Context, endpoint_of
from sessions_app.browsers.clients import Client, SceneRef, client_of
from sessions_app.web.links import find_edit_key
from sessions_app.workers import worker

MAX_URIS = 64


async def note_client(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Server middleware that records the client of any message, even of one that only lists.

    Tool calls at `/mcp` name their scene in the arguments; `steering` records those.
    """
    client = _client(ctx)
    clients = (worker.begun() or await worker.current()).clients
    for ref in _scene_refs(ctx):
        clients.heard(client, ref)
    if ctx.method != "subscriptions/listen":
        return await call_next(ctx)
    with clients.holding(client.connection):
        return await call_next(ctx)


def _client(context: Context) -> Client:
    endpoint = endpoint_of(context)
    known = context.session.client_params
    info: Any = known.client_info if known else None
    name, title = (info.name, info.title or "") if info else ("", "")
    if info is None and context.method == "initialize":  # the SDK knows it only after this
        name, title = _introduction(context.params)
    session = endpoint.protocol_session
    return client_of(
        name=name,
        title=title,
        address=endpoint.remote_address,
        protocol_session=session.key if session else None,
        principal=endpoint.principal,
    )


def _introduction(params: Any) -> tuple[str, str]:
    """Return name and title from the unchecked parameters of `initialize`."""
    info = params.get("clientInfo") if isinstance(params, dict) else None
    members = info if isinstance(info, dict) else {}
    name, title = (members.get(member) for member in ("name", "title"))
    return name if isinstance(name, str) else "", title if isinstance(title, str) else ""


def _scene_refs(context: Context) -> Iterator[SceneRef]:
    """Yield the scenes that a message names."""
    endpoint = endpoint_of(context)
    if endpoint.path_key is not None:
        if key := find_edit_key(endpoint.path_key):
            yield key
    elif context.method != "tools/call":
        yield from (uri.edit_key for text in _uris(context.params) if (uri := parse_uri(text)))
        if endpoint.protocol_session is not None:
            yield endpoint.protocol_session.key


def _uris(params: Any) -> list[str]:
    """Return the resource URIs in a request's unchecked parameters."""
    with contextlib.suppress(AttributeError):
        wanted = (params.get("notifications") or {}).get("resourceSubscriptions") or []
        named = [params.get("uri"), *(wanted if isinstance(wanted, list) else [])]
        return [text for text in named[:MAX_URIS] if isinstance(text, str)]
    return []
