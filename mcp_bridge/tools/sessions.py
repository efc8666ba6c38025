"""The tools that tell of the session and its scene."""

from typing import Any

from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.registry import Tool
from sessions_app.scene.document import Document
from sessions_app.scene.operations import describe_document, summarize_document


def _read_scene(document: Document, _: str) -> tuple[str, dict[str, Any]]:
    return summarize_document(document), {"scene": describe_document(document)}


def _read_link(_: Document, link: str) -> tuple[str, dict[str, Any]]:
    return f"The scene's link: {link} (open it in a browser and watch it change live).", {}


SESSION_TOOLS = (
    Tool(
        name="get_browser_connection_url",
        title="Get the browser link",
        description=(
            "Get the link that shows this scene live in a browser, and the session id to pass as"
            " `session` in later calls. Starts a new scene where the call means none yet. Give the"
            " link to the person."
        ),
        arguments=ToolArguments,
        describe=_read_link,
        creates=True,
    ),
    Tool(
        name="get_scene",
        title="Get the scene",
        description=(
            "Read the whole scene as it is now: model, lights, background, camera, with values in"
            " scene units and degrees, and the revision."
        ),
        arguments=ToolArguments,
        describe=_read_scene,
    ),
)
