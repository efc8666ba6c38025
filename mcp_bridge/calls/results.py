"""What a tool returns: one text that a person could read, and the same in structure.

Some clients show their model the text alone, others the structure alone: so each says all of what
happened, what holds now, and what to do next. `message` of the structure is the text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mcp_types import CallToolResult, ContentBlock, TextContent

from mcp_bridge.tools.registry import Told
from sessions_app.routing import Rule
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.finding import BrowserCounts
from sessions_app.sessions.own import OwnScene
from sessions_app.steering.steering import Delivery
from sessions_app.steering.tool_calls import Performed

ERROR_META_KEY = "hello3d/error"
_BRING_FORWARD = "If the person does not see it, ask them to bring its tab to the front."
_NAME_ONE = "Pass the id of the one that you mean as `scene` in every call."
# There may be others: nothing says which scenes belong to a client that is not signed in.
_ONLY = {
    Rule.BINDING: ", the one that this client steers (others are reached by their ids)",
    Rule.PATH: ", the one at the address that this client is connected to",
}
_NOBODY = BrowserCounts(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call has brought its scene.

    `changed` says that it made this revision, `created` that it started the scene. `note` is one
    more sentence: what of the call was ignored.
    """

    edit_key: UUID
    revision: int
    changed: bool
    created: bool = False
    note: str = ""


def standing(
    scene: Standing, delivery: Delivery, told: Told, link: str, *, pictures: bool = False
) -> CallToolResult:
    """The result of a call that was carried out, with the values as they now are.

    Args:
        scene: where the call has brought it.
        delivery: how far the browsers have come.
        told: what the tool has to say.
        link: the page's address.
        pictures: the result has an image, and no structure, for which clients would drop it.
    """
    if told.closes:
        sentences = [told.summary, scene.note]
        structured = envelope(scene, _NOBODY, "") | {"closed": True}
        return _result(sentences, structured)
    pass_on = f"Pass its id as `scene` in every later call: {scene.edit_key}."
    sentences = [
        f"A new scene was started. {pass_on}" if scene.created else "",
        told.summary,
        _shown(delivery, changed=scene.changed),
        "" if delivery.connected or link in told.summary else f"Give the person its link: {link}",
        scene.note,
        "" if scene.created else f"Scene (pass it as `scene` in every call): {scene.edit_key}",
    ]
    if pictures:
        return _result(sentences, None, told.blocks)
    structured = {**envelope(scene, delivery, link), **told.values}
    if scene.created:
        structured = {"created": True, **structured}
    return _result(sentences, structured, told.blocks)


def listing(
    found: Sequence[Performed | OwnScene],
    link: Callable[[Performed | OwnScene], str],
    *,
    note: str = "",
) -> CallToolResult:
    """The result of listing the caller's sessions, of which there are some.

    `note` is one more sentence.
    """
    scenes = "scenes, the one changed last first"
    if len(found) == 1:
        [one] = found
        scenes = "scene" + (_ONLY.get(one.rule, "") if isinstance(one, Performed) else "")
    listed = [f"{one.edit_key}, {_standing(one)}: {link(one)}" for one in found]
    sentences = ["\n".join([f"{len(found)} {scenes}:", *listed, _NAME_ONE]), note]
    sessions = [envelope(one, one.browsers, link(one)) for one in found]
    return _result(sentences, {"sessions": sessions})


def nothing_listed(why: str, note: str) -> CallToolResult:
    """The result of listing where there is nothing; `why` says how to get a scene, too."""
    return _result([why, note], {"sessions": []})


def _standing(one: Performed | OwnScene) -> str:
    return f"at revision {one.revision}, with {_browsers(one.browsers.connected)} open"


def envelope(
    scene: Standing | Performed | OwnScene, browsers: Delivery | BrowserCounts, link: str
) -> dict[str, Any]:
    """What every result says of its scene session."""
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
    message = " ".join(filter(None, sentences))
    content = [TextContent(type="text", text=message), *blocks]
    if structured is not None:
        structured = {"message": message, **structured}
    return CallToolResult(content=content, structured_content=structured)


def _shown(delivery: Delivery, *, changed: bool) -> str:
    """How far a change has come, or whether any browser shows what did not change."""
    if not delivery.connected:
        return f"{'Stored. ' if changed else ''}No browser is open."
    return f"{_confirmed(delivery, changed=changed)}{_not_shown(delivery)}"


def _confirmed(delivery: Delivery, *, changed: bool) -> str:
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


def _not_shown(delivery: Delivery) -> str:
    if not delivery.failed:
        return ""
    reload = "Ask the person to reload its page, or to open the link in another browser."
    return f" {_browsers(delivery.failed)} could not show it. {reload}"


def _browsers(count: int) -> str:
    return f"{count} browser" if count == 1 else f"{count} browsers"


def failure(error: SceneError, *, note: str = "") -> CallToolResult:
    """The result of a call that was refused or failed: no structure, and a code for programs."""
    meta: dict[str, Any] = {"code": error.code}
    if error.retry_after_seconds is not None:
        meta["retryAfterSeconds"] = error.retry_after_seconds
    text = " ".join(filter(None, [error.message, error.advice, note]))
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        is_error=True,
        _meta={ERROR_META_KEY: meta},
    )
