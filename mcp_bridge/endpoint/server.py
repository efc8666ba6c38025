"""Builds the MCP server with its identity, handlers and middleware."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

import mcp_types as types
from django.conf import settings
from django.utils.module_loading import import_string
from mcp.server.caching import CacheHint
from mcp.server.context import CallNext, HandlerResult
from mcp.server.lowlevel import Server
from mcp_types import SERVER_INFO_META_KEY

from mcp_bridge.calls.calling import call_tool
from mcp_bridge.calls.elicitation import state_boundary
from mcp_bridge.calls.protocol_errors import count_request
from mcp_bridge.calls.scene_changes import scene_changes
from mcp_bridge.calls.tracing import traced
from mcp_bridge.endpoint.presence import note_client
from mcp_bridge.prompts import catalog
from mcp_bridge.prompts.completions import complete
from mcp_bridge.resources import handlers, subscriptions
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.context import Context, Endpoint, endpoint_of
from mcp_bridge.tools.scene_views import EXTENSIONS, SCENE_CHANGES, shows_views, with_view
from mcp_bridge.transport.parameters import check_parameters
from sessions_app.web.links import home_url

_NAME = "hello3d"
# MCP 2026-07-28, server/utilities/caching: at one address these lists are the same for everyone and
# change only with the program's version and settings. Everything else keeps the SDK's default,
# private and not cached.
_SHARED = CacheHint(ttl_ms=5 * 60 * 1000, scope="public")

INSTRUCTIONS = """\
Hello3D shows a 3D scene in a person's browser, live; you build and change it with these tools.
Call get_browser_connection_url first (open_session for another start): give the link to the person,
and pass the id as `scene` in every later call. Calls work before a browser is open.
Meters and degrees. Seen by the viewer +x is right, +y up, +z toward the viewer; the floor is y = 0.
A studio starts with `model`, a classical bust 0.65 m tall, the lights `key` and `fill`, and a
camera. What you add takes the bust's place; lights and camera follow it until you set them.
Build big to small, many objects a call: give real sizes and what each stands `on`, and let the
server work out positions. Names are handles: use them as targets.
Answers list what is odd, with the call that mends it: read that. take_screenshot shows you the
scene while a browser is open: look before you say that it is done.
Colors: #rrggbb, #rgb, CSS names, or crayon names such as teal, maraschino, sea foam.
Use what is ready made where it fits: kind sofa, tree, car, person and a hundred more by name.
There are no textures, pictures or physics yet.\
"""


def _icon() -> types.Icon:
    """Return the page's icon as a data URL; it is small, and saves clients a request."""
    image = (settings.RESOURCES / "static/img/hello3d.svg").read_bytes()
    data = base64.b64encode(image).decode("ascii")
    return types.Icon(
        src=f"data:image/svg+xml;base64,{data}", mime_type="image/svg+xml", sizes=["any"]
    )


async def _list_tools(
    ctx: Context, _: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    groups = settings.HELLO3D_TOOL_GROUPS | endpoint_of(ctx).tool_groups
    listed = TOOLS.listed(groups)
    if not shows_views(ctx):
        return types.ListToolsResult(tools=[tool.definition for tool in listed])
    with_views = [*(with_view(tool) for tool in listed), SCENE_CHANGES]
    # A shared cache must not hand this list to clients without views.
    return types.ListToolsResult(tools=with_views, ttl_ms=_SHARED.ttl_ms, cache_scope="private")


async def _call_tool(
    ctx: Context, params: types.CallToolRequestParams
) -> types.CallToolResult | types.InputRequiredResult:
    if params.name == SCENE_CHANGES.name:
        return await scene_changes(ctx, params)
    return await call_tool(ctx, params)


def _no_schema(_: str) -> None:
    """No tool has arguments that clients repeat in headers: the SDK looks for none in each call."""


class _Server(Server[Any]):
    """A server whose capabilities announce that its lists do not change."""

    @property
    def server_info_stamp(self) -> dict[str, Any]:
        """Return a copy, of which only the top level may be changed, as `_name_website` does.

        The SDK's own is a deep one, which takes as long as storing a change.
        """
        return self._stamp.copy()

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        return self.server_info.model_dump(by_alias=True, mode="json", exclude_none=True)

    def get_capabilities(self, *args: Any, **kwargs: Any) -> types.ServerCapabilities:
        """Unset `list_changed`, which the SDK would infer from `subscriptions/listen`."""
        capabilities = super().get_capabilities(*args, **kwargs)
        for listed in (capabilities.tools, capabilities.prompts, capabilities.resources):
            if listed is not None:
                listed.list_changed = False
        return capabilities


async def _announce_views(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Declare MCP Apps to clients that do; others get what they always got."""
    result = await call_next(ctx)
    introduces = ctx.method in ("initialize", "server/discover")
    if introduces and isinstance(result, dict) and shows_views(ctx):
        result["capabilities"]["extensions"] = EXTENSIONS
    return result


async def _name_website(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Set the server's website to the origin that this client used."""
    result = await call_next(ctx)
    if isinstance(result, dict):
        opens = ctx.method == "initialize"
        at, name = (result, "serverInfo") if opens else (result.get("_meta"), SERVER_INFO_META_KEY)
        info = at.get(name) if at else None
        if info:
            info["websiteUrl"] = home_url(endpoint_of(ctx).public_origin)
    return result


def build_server(endpoint: Endpoint | None = None) -> Server[Any]:
    """Build a server of both eras, without protocol sessions and transports.

    Args:
        endpoint: the endpoint of all requests; None if each HTTP request has its own.
    """

    @asynccontextmanager
    async def lifespan(_: Server[Any]) -> AsyncIterator[Endpoint | None]:
        yield endpoint

    server = _Server(
        _NAME,
        title="Hello3D",
        version=settings.VERSION,
        description="A 3D scene in a person's browser, steered by an AI client.",
        icons=[_icon()],
        instructions=INSTRUCTIONS,
        cache_hints={
            "tools/list": _SHARED,
            "prompts/list": _SHARED,
            "resources/templates/list": _SHARED,
        },
        lifespan=lifespan,
        get_tool_input_schema=_no_schema,
        on_list_tools=_list_tools,
        on_call_tool=traced(_call_tool),
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_subscribe_resource=subscriptions.subscribe,
        on_unsubscribe_resource=subscriptions.unsubscribe,
        on_subscriptions_listen=subscriptions.listen,
        on_list_prompts=catalog.list_prompts,
        on_get_prompt=catalog.get_prompt,
        on_completion=complete,
    )
    # Without the SDK's tracing, which costs a tenth of a call's time even without a collector, and
    # records clients' texts. `traced` is ours.
    server.middleware[:] = [
        _name_website,
        _announce_views,
        count_request,
        note_client,
        check_parameters,
        state_boundary(_NAME),
    ]
    for path in settings.MCP_SERVER_EXTENSIONS:
        import_string(path)(server)
    return server
