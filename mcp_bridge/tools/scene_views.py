"""The scene as a view inside the chat, for clients that declare MCP Apps.

MCP Apps 2026-01-26 (`io.modelcontextprotocol/ui`): tools name an HTML resource that the host shows
beside their results. Clients without the extension see nothing of all this.
"""

from pathlib import Path
from typing import Annotated, Any

import mcp_types as types
from django.conf import settings
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID, client_supports_apps
from pydantic import Field

from mcp_bridge.tools.context import Context
from mcp_bridge.tools.registry import Tool
from sessions_app.people.view_tokens import view_token
from sessions_app.scene.operations.arguments import Arguments
from sessions_app.scene.operations.schemas import input_schema
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.wire.message_parts import MAX_REVISION

EXTENSIONS: dict[str, dict[str, Any]] = {EXTENSION_ID: {}}
VIEW_URI = "ui://hello3d/scene"
VIEW_META_KEY = "hello3d/view"
VIEW_FILE = "chat_view.html"
WAIT_SECONDS = 20.0

shows_views = client_supports_apps


class SceneChangesArguments(Arguments):
    """The token may be longer than ours are: such a one has expired like others."""

    view_token: Annotated[str, Field(max_length=1000, description="The view's, from `_meta`.")]
    since: Annotated[
        int | None, Field(ge=0, le=MAX_REVISION, description="The revision that the view shows.")
    ] = None


SCENE_CHANGES = types.Tool(
    name="scene_changes",
    title="Follow the scene",
    description=(
        "For the scene's view in a chat: what has changed after revision `since`, as soon as"
        f" something has, within {WAIT_SECONDS:.0f} s; the whole scene without `since`."
    ),
    input_schema=input_schema(SceneChangesArguments),
    annotations=types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
    _meta={"ui": {"resourceUri": VIEW_URI, "visibility": ["app"]}},
)


def with_view(tool: Tool) -> types.Tool:
    """Return a tool's entry in the list of clients that show views."""
    if not tool.shows_scene:
        return tool.definition
    return tool.definition.model_copy(update={"meta": {"ui": {"resourceUri": VIEW_URI}}})


def view_meta(token: str, **members: Any) -> dict[str, Any]:
    """Return what a result says to the view, and not to the model: its token, and `members`."""
    return {VIEW_META_KEY: {"token": token, **members}}


def meta_for_view(
    context: Context, tool: Tool, effect: CallEffect, link: str
) -> dict[str, Any] | None:
    """Return what the view beside a result needs, if the client shows one."""
    if not (tool.shows_scene and shows_views(context)):
        return None
    return view_meta(view_token(effect.scene_session_id, effect.edit_key), url=link)


VIEW_RESOURCE = types.Resource(
    uri=VIEW_URI,
    name="scene_view",
    title="The scene in the chat",
    description="Draws the scene of a tool's result, live.",
    mime_type=APP_MIME_TYPE,
)


def view_contents() -> types.ReadResourceResult | None:
    """Return the view's HTML, which needs no network; None where the page is not built."""
    file = Path(settings.BUILD_DIR, VIEW_FILE)
    if not file.is_file():
        return None
    nothing: list[str] = []
    csp = {"connectDomains": nothing, "resourceDomains": nothing, "frameDomains": nothing}
    content = types.TextResourceContents(
        uri=VIEW_URI,
        mime_type=APP_MIME_TYPE,
        text=file.read_text(encoding="utf-8"),
        _meta={"ui": {"csp": csp, "prefersBorder": True}},
    )
    return types.ReadResourceResult(contents=[content])
