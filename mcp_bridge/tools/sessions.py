"""The tools that open, list and close sessions."""

from typing import Annotated
from urllib.parse import urlsplit

from django.conf import settings
from pydantic import Field

from mcp_bridge.tools.arguments import OPENED_DESCRIPTION, ToolArguments
from mcp_bridge.tools.output import FLAG
from mcp_bridge.tools.qr_codes import qr_code
from mcp_bridge.tools.registry import Request, Subject, Tool, ToolReply
from sessions_app.models import SceneSession
from sessions_app.scene.document import Document, Start
from sessions_app.scene.document.kinds import SOLID_KINDS
from sessions_app.scene.operations.arguments import Flag
from sessions_app.sessions.closing import scene_session_close
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.steering.waiting_pages import Consent
from sessions_app.storage import scene_work
from sessions_app.web.origins import is_loopback


class LinkArguments(ToolArguments):
    qr: Annotated[Flag, Field(description="true adds a QR code of the link, as an image.")] = False


class OpenArguments(ToolArguments):
    scene: Annotated[str | None, Field(max_length=2000, description=OPENED_DESCRIPTION)] = None
    start: Annotated[
        Start | None,
        Field(
            description=(
                "What a new scene begins with: studio (else; the bust `model`), empty, room (5 × 4"
                " m), outdoor (ground and sun). All have lights and a camera."
            )
        ),
    ] = None
    code: Annotated[
        str | None,
        Field(description="Six signs at the person's page, which then shows your scene."),
    ] = None


_ANSWERS = {
    Consent.GIVEN: "The person has agreed at their page, which shows this scene now.",
    Consent.REFUSED: "The person did not agree at their page, so it does not show this scene.",
    Consent.OPEN: (
        "Their page asks them whether to show this scene, and does once they agree: tell them, and"
        " go on."
    ),
    Consent.LATE: "Their page waits no more: ask them for its new code.",
}


def _read_link(subject: Subject) -> ToolReply:
    link, arguments = subject.link, subject.arguments
    sentences = [
        f"The scene's link: {link}",
        "Give it to the person: opened in a browser, it shows the scene as it changes.",
    ]
    if "join=" in urlsplit(link).fragment:
        sentences.append("It opens without signing in once, within ten minutes, for them alone.")
    sentences.append(_type_code(subject))
    if not arguments.qr:
        return ToolReply(" ".join(filter(None, sentences)))
    if is_loopback(link):
        sentences.append(
            "A phone cannot open it: this address works on this computer only. For other devices,"
            " have the server started on the network (docs/operations.md)."
        )
    return ToolReply(" ".join(filter(None, sentences)), blocks=(qr_code(link),))


def _type_code(subject: Subject) -> str:
    """Say how a person opens the scene where a link cannot be clicked."""
    if not subject.screen_code:
        return ""
    signed_in = ", sign in" if settings.MCP_ENABLE_MULTI_USER else ""
    return (
        f"On any other screen they open {subject.home}{signed_in} and type {subject.screen_code},"
        " once, within ten minutes."
    )


def _tell_opened(subject: Subject) -> ToolReply:
    link = subject.link
    if subject.effect.created:
        opened = f"{_start_of(subject.effect.document)} Its link: {link}"
    elif subject.binds:
        opened = f"This client now steers this scene: {link}"
    else:
        opened = f"This scene is open: {link}"
    if subject.consent is not None:
        return ToolReply(f"{_ANSWERS[subject.consent]} {opened}")
    then = " ".join(filter(None, ["Give it to the person.", _type_code(subject)]))
    return ToolReply(f"{opened} {then}{_how_to_start(subject)}")


def _start_of(document: Document) -> str:
    """Name the start of a new scene and its solids, which calls refer to."""
    objects = document["objects"].values()
    names = ", ".join(entity["name"] for entity in objects if entity["kind"] in SOLID_KINDS)
    return f"Its start is {document['start']}.{f' In it: {names}.' if names else ''}"


def _how_to_start(subject: Subject) -> str:
    """Explain that no scene was created, and how to create one, in case the model meant that."""
    if subject.effect.created:
        return ""
    if subject.effect.change and not subject.effect.change.is_noop:
        return f" Nothing was done in it yet, so its start is {subject.arguments.start} now."
    if subject.at_address:
        how = "connect this client to the address that ends in /mcp, as its own is that of this one"
    else:
        how = 'call open_session with `scene` ""'
    start = subject.arguments.start
    is_so = start == subject.effect.document["start"]
    unused = " and `start` does nothing to one with changes" if start and not is_so else ""
    return f" No new scene was started{unused}: for one, {how}."


async def _close(request: Request, effect: CallEffect) -> ToolReply:
    await scene_work.run_on_scene(
        effect.scene_session_id,
        scene_session_close,
        effect.scene_session_id,
        closed_by=SceneSession.Closer.CLIENT,
        because="It called close_session.",
        protocol_session=request.protocol_session,
    )
    return ToolReply(
        f"The scene {effect.edit_key} is closed for good, and its link shows nothing any more."
        " Call open_session to start another one.",
        closes=True,
    )


SESSION_TOOLS = (
    Tool(
        name="get_browser_connection_url",
        title="Get the browser link",
        description=(
            "Get the link that shows the scene live in a browser, and the scene's id to pass as"
            " `scene` in every later call. Starts a new scene where the call means none yet. Give"
            " the link to the person."
        ),
        arguments=LinkArguments,
        describe=_read_link,
        creates=True,
        signs_in=True,
        names_code=True,
        shows_scene=True,
    ),
    Tool(
        name="open_session",
        title="Open a session",
        description=(
            "Start a new, separate scene; or turn to the one that `scene` names; or, with `code`,"
            " show yours at a page. Pass the id that it returns as `scene` in all later calls."
        ),
        arguments=OpenArguments,
        describe=_tell_opened,
        creates=True,
        opens=True,
        names_code=True,
    ),
    Tool(
        name="list_sessions",
        title="List sessions",
        description=(
            "List the scene that `scene` names or this client steers, or all of yours where you"
            " sign in: ids, links, revisions, open browsers. Starts none."
        ),
        arguments=ToolArguments,
        lists=True,
    ),
    Tool(
        name="close_session",
        title="Close a session",
        description=("Close a scene for good: it is lost. Only when the person asks for it."),
        arguments=ToolArguments,
        values={"closed": FLAG},
        follow_up=_close,
        destructive=True,
    ),
)
