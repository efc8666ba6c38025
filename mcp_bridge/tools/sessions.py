"""The tools that open, list, tell of and close sessions."""

from urllib.parse import urlsplit

from mcp_bridge.qr_codes import qr_code
from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.output import OBJECT
from mcp_bridge.tools.registry import Request, Told, Tool
from sessions_app import closing
from sessions_app.models import SceneSession
from sessions_app.scene.operations import describe_document, summarize_document
from sessions_app.services.tool_calls import Performed


def _read_scene(performed: Performed, _: str) -> Told:
    document = performed.document
    return Told(summarize_document(document), {"scene": describe_document(document)})


def _read_link(_: Performed, link: str) -> Told:
    summary = f"The scene's link: {link} (open it in a browser and watch it change live)."
    if "join=" in urlsplit(link).fragment:
        summary += " It opens without signing in once, within ten minutes, for this person alone."
    return Told(summary, blocks=(qr_code(link),))


def _tell_opened(performed: Performed, link: str) -> Told:
    opened = "A new scene is open" if performed.created else "This client now steers the scene"
    return Told(f"{opened}: {link}")


async def _close(request: Request, performed: Performed) -> Told:
    await closing.close(
        performed.scene_session_id,
        closed_by=SceneSession.Closer.CLIENT,
        because="It called close_session.",
        protocol_session=request.protocol_session,
    )
    return Told("The scene session is closed, and its link shows nothing any more.", closes=True)


SESSION_TOOLS = (
    Tool(
        name="get_browser_connection_url",
        title="Get the browser link",
        description=(
            "Get the link that shows this scene live in a browser, a QR code of it for a phone, and"
            " the session id to pass as `session` in later calls. Starts a new scene where the call"
            " means none yet. Give the link to the person."
        ),
        arguments=ToolArguments,
        describe=_read_link,
        creates=True,
        signs_in=True,
    ),
    Tool(
        name="open_session",
        title="Open a session",
        description=(
            "Start a new, separate scene; or, with `session`, turn to that scene. Later calls"
            " without `session` then mean it, where the client keeps an MCP session; otherwise pass"
            " the returned session id as `session`."
        ),
        arguments=ToolArguments,
        describe=_tell_opened,
        creates=True,
        opens=True,
    ),
    Tool(
        name="list_sessions",
        title="List sessions",
        description=(
            "List the scene sessions that this client steers, with links, revisions and how many"
            " browsers look on. Starts none."
        ),
        arguments=ToolArguments,
        lists=True,
    ),
    Tool(
        name="close_session",
        title="Close a session",
        description=(
            "Close a scene session for good: its scene is lost, its browsers are sent away. Only"
            " when the person asks for it."
        ),
        arguments=ToolArguments,
        follow_up=_close,
        destructive=True,
    ),
    Tool(
        name="get_scene",
        title="Get the scene",
        description=(
            "Read the whole scene as it is now: model, lights, background, camera, with values in"
            " scene units and degrees, and the revision."
        ),
        arguments=ToolArguments,
        values={"scene": OBJECT},
        describe=_read_scene,
    ),
)
