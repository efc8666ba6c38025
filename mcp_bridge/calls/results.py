"""Builds tool results: a text that a person could read, and the same as a structure.

Some clients show their model only the text, others only the structure, so each says what happened,
what holds now, and what to do next. `message` of the structure is the text.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mcp_types import CallToolResult, ContentBlock, TextContent

from mcp_bridge.tools.registry import ToolReply
from sessions_app.routing import Rule
from sessions_app.scene.document.names import in_quotes
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.finding import BrowserCounts
from sessions_app.sessions.own import OwnScene
from sessions_app.steering.steering import DeliveryReport
from sessions_app.steering.tool_calls import CallEffect

ERROR_META_KEY = "hello3d/error"
_BRING_FORWARD = "If the person does not see it, ask them to bring its tab to the front."
_NAME_ONE = "Pass the id of the one that you mean as `scene` in every call."
# There may be others: scenes of a client that is not signed in are not tracked.
_ONLY = {
    Rule.BINDING: ", the one that this client steers (others are reached by their ids)",
    Rule.PATH: ", the one at the address that this client is connected to",
}
_NOBODY = BrowserCounts(0, 0, 0)


@dataclass(frozen=True, slots=True)
class SceneStatus:
    """The state of a scene after a call.

    `changed` says that it made this revision, `created` that it started the scene. `note` is one
    more sentence: what of the call was ignored. `last_look` is the revision at which the client
    last read the scene or got a picture, if ever; `from_people` says what people have changed
    and said since its last call.
    """

    edit_key: UUID
    revision: int
    changed: bool
    created: bool = False
    note: str = ""
    last_look: int | None = None
    from_people: str = ""


def standing(
    scene: SceneStatus,
    delivery: DeliveryReport,
    reply: ToolReply,
    link: str,
    *,
    pictures: bool = False,
) -> CallToolResult:
    """Build the result of a completed call, with the values as they now are.

    Args:
        scene: its state after the call.
        delivery: how many browsers show it.
        reply: the tool's own part.
        link: the page's address.
        pictures: the result has an image and no structure, since clients drop images beside one.
    """
    if reply.closes:
        sentences = [reply.summary, scene.note]
        structured = envelope(scene, _NOBODY, "") | {"closed": True}
        return _result(sentences, structured)
    pass_on = f"Pass its id as `scene` in every later call: {scene.edit_key}."
    sentences = [
        f"A new scene was started. {pass_on}" if scene.created else "",
        reply.summary,
        _shown(delivery, changed=scene.changed),
        "" if delivery.connected or link in reply.summary else f"Give the person its link: {link}",
        _not_looked(scene),
        scene.from_people,
        scene.note,
        "" if scene.created else f"Scene (pass it as `scene` in every call): {scene.edit_key}",
    ]
    if pictures:
        return _result(sentences, None, reply.blocks)
    structured = {**envelope(scene, delivery, link), **reply.values}
    if scene.changed and scene.last_look is not None:
        structured["lookedAtRevision"] = scene.last_look
    if scene.created:
        structured = {"created": True, **structured}
    return _result(sentences, structured, reply.blocks)


def listing(
    found: Sequence[CallEffect | OwnScene],
    link: Callable[[CallEffect | OwnScene], str],
    *,
    note: str = "",
) -> CallToolResult:
    """Build the result of listing the caller's sessions, at least one.

    `note` is one more sentence.
    """
    scenes = "scenes, the one changed last first"
    if len(found) == 1:
        [one] = found
        scenes = "scene" + (_ONLY.get(one.rule, "") if isinstance(one, CallEffect) else "")
    listed = [f"{one.edit_key}, {_named(one)}{_standing(one)}: {link(one)}" for one in found]
    sentences = ["\n".join([f"{len(found)} {scenes}:", *listed, _NAME_ONE]), note]
    sessions = [
        envelope(one, one.browsers, link(one)) | ({"name": one.name} if one.name else {})
        for one in found
    ]
    return _result(sentences, {"sessions": sessions})


def nothing_listed(why: str, note: str) -> CallToolResult:
    """Build the result of an empty list; `why` also says how to get a scene."""
    return _result([why, note], {"sessions": []})


def _named(one: CallEffect | OwnScene) -> str:
    return f"{in_quotes(one.name)}, " if one.name else ""


def _standing(one: CallEffect | OwnScene) -> str:
    return f"at revision {one.revision}, with {_browsers(one.browsers.connected)} open"


def envelope(
    scene: SceneStatus | CallEffect | OwnScene, browsers: DeliveryReport | BrowserCounts, link: str
) -> dict[str, Any]:
    """Return the members that every result has for its scene session."""
    return {
        "sessionId": str(scene.edit_key),
        "revision": scene.revision,
        "browsers": {
            "connected": browsers.connected,
            "acknowledged": browsers.acknowledged,
            "visible": browsers.visible,
        },
        "browserUrl": link,
    }


def _result(
    sentences: list[str],
    structured: dict[str, Any] | None,
    blocks: tuple[ContentBlock, ...] = (),
) -> CallToolResult:
    message = _joined(list(filter(None, sentences)))
    content = [TextContent(type="text", text=message), *blocks]
    if structured is not None:
        structured = {"message": message, **structured}
    return CallToolResult(content=content, structured_content=structured)


def _joined(sentences: list[str]) -> str:
    """Join sentences to a text; what has several lines stands on lines of its own."""
    text = ""
    for before, sentence in itertools.pairwise(["", *sentences]):
        is_apart = "\n" in before or "\n" in sentence
        text += f"{'' if not text else chr(10) if is_apart else ' '}{sentence}"
    return text


def _shown(delivery: DeliveryReport, *, changed: bool) -> str:
    """Say how many browsers show the revision."""
    if not delivery.connected:
        return f"{'Stored. ' if changed else ''}No browser is open."
    return f"{_confirmed(delivery, changed=changed)}{_not_shown(delivery)}"


def _not_looked(scene: SceneStatus) -> str:
    """Say how long the client has changed the scene without a look at it."""
    if not scene.changed:
        return ""
    if scene.last_look is None:
        return "Not looked at yet."
    return f"Not looked at since revision {scene.last_look}."


def _confirmed(delivery: DeliveryReport, *, changed: bool) -> str:
    if delivery.visible:
        return f"Shown in {_browsers(delivery.visible)}."
    if delivery.acknowledged:
        return "Applied; the tab is in the background."
    if delivery.failed:
        return "Stored."
    if changed:
        return f"Sent; not confirmed within {delivery.waited_seconds:g} s. {_BRING_FORWARD}"
    has = "has" if delivery.connected == 1 else "have"
    are_open = f"{_browsers(delivery.connected)} {'is' if has == 'has' else 'are'} open"
    return f"{are_open}, but {has} not confirmed this revision. {_BRING_FORWARD}"


def _not_shown(delivery: DeliveryReport) -> str:
    if not delivery.failed:
        return ""
    reload = "Ask the person to reload its page, or to open the link in another browser."
    return f" {_browsers(delivery.failed)} could not show it. {reload}"


def _browsers(count: int) -> str:
    return f"{count} browser" if count == 1 else f"{count} browsers"


def failure(error: SceneError, *, note: str = "") -> CallToolResult:
    """Build the result of a refused or failed call: no structure, and a code for programs."""
    meta: dict[str, Any] = {"code": error.code}
    if error.retry_after_seconds is not None:
        meta["retryAfterSeconds"] = error.retry_after_seconds
    text = " ".join(filter(None, [error.message, error.advice, note]))
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        is_error=True,
        _meta={ERROR_META_KEY: meta},
    )
