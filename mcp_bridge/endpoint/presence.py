"""Notes which client a message comes from, and at which scene: its pages show who is there."""

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
    """Server middleware: any message counts, also one that only lists what there is.

    A call of a tool at `/mcp` says by its arguments which scene it means: `steering` notes it.
    """
    client = _client(ctx)
    clients = (worker.begun() or await worker.current()).clients
    for place in _places(ctx):
        clients.heard(client, place)
    if ctx.method != "subscriptions/listen":
        return await call_next(ctx)
    with clients.holding(client.connection):
        return await call_next(ctx)


def _client(context: Context) -> Client:
    endpoint = endpoint_of(context)
    known = context.session.client_params
    info: Any = known.client_info if known else None
    name, title = (info.name, info.title or "") if info else ("", "")
    if info is None and context.method == "initialize":  # it is known once this was answered
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
    """Name and title in the parameters of `initialize`, which may be anything."""
    info = params.get("clientInfo") if isinstance(params, dict) else None
    told = info if isinstance(info, dict) else {}
    name, title = (told.get(member) for member in ("name", "title"))
    return name if isinstance(name, str) else "", title if isinstance(title, str) else ""


def _places(context: Context) -> Iterator[SceneRef]:
    """The scenes that a message means, as far as it says so."""
    endpoint = endpoint_of(context)
    if endpoint.path_key is not None:
        if key := find_edit_key(endpoint.path_key):
            yield key
    elif context.method != "tools/call":
        yield from (uri.edit_key for text in _uris(context.params) if (uri := parse_uri(text)))
        if endpoint.protocol_session is not None:
            yield endpoint.protocol_session.key


def _uris(params: Any) -> list[str]:
    """The resources that a request names; its parameters may be anything."""
    with contextlib.suppress(AttributeError):
        wanted = (params.get("notifications") or {}).get("resourceSubscriptions") or []
        named = [params.get("uri"), *(wanted if isinstance(wanted, list) else [])]
        return [text for text in named[:MAX_URIS] if isinstance(text, str)]
    return []
