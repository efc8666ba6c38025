"""What a tool returns: one text that a person could read, and the same in structure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mcp_types import CallToolResult, ContentBlock, TextContent

from mcp_bridge.tools.registry import Told
from sessions_app.scene.errors import SceneError
from sessions_app.selectors.own_scenes import OwnScene
from sessions_app.selectors.scenes import BrowserCounts
from sessions_app.services.tool_calls import Performed
from sessions_app.steering import Delivery

ERROR_META_KEY = "hello3d/error"


def success(performed: Performed, delivery: Delivery, told: Told, link: str) -> CallToolResult:
    """The result of a call that was carried out, with the values as they now are."""
    return standing(
        Standing(performed.edit_key, performed.revision, performed.frame_parts is not None),
        delivery,
        told,
        link,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call has brought its scene; `changed` says that it made this revision."""

    edit_key: UUID
    revision: int
    changed: bool


def standing(scene: Standing, delivery: Delivery, told: Told, link: str) -> CallToolResult:
    """The result of a call that has brought its scene so far."""
    sentences = [told.summary]
    if not told.closes:
        sentences.append(_shown(delivery, changed=scene.changed))
        if not delivery.connected and link not in told.summary:
            sentences.append(f"Its link: {link}")
    sentences.append(f"Session id: {scene.edit_key}")
    structured = {**envelope(scene, delivery, link), **told.values}
    return _result(sentences, structured, told.blocks)


def listing(
    found: Sequence[Performed | OwnScene], link: Callable[[Performed | OwnScene], str]
) -> CallToolResult:
    """The result of listing the caller's sessions; where there is none, how to get one."""
    if not found:
        text = "This client steers no scene yet. Call get_browser_connection_url to start one."
        return _result([text], {"sessions": []})
    if len(found) > 1:
        sentences = [f"You have {len(found)} scenes, the one changed last first:"]
        sentences += [f"{one.edit_key} {_standing(one)}: {link(one)}" for one in found]
    else:
        [one] = found
        sentences = [f"This client steers 1 scene, {_standing(one)}: {link(one)}"]
        sentences.append(f"Session id: {one.edit_key}")
    listed = [envelope(one, one.browsers, link(one)) for one in found]
    return _result(sentences, {"sessions": listed})


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
    sentences: list[str], structured: dict[str, Any], blocks: tuple[ContentBlock, ...] = ()
) -> CallToolResult:
    text = TextContent(type="text", text=" ".join(filter(None, sentences)))
    return CallToolResult(content=[text, *blocks], structured_content=structured)


def _shown(delivery: Delivery, *, changed: bool) -> str:
    """One sentence on how far a change has come; of what changed nothing, whether one looks on."""
    if not delivery.connected:
        return f"{'Stored. ' if changed else ''}No browser is open."
    if not changed:
        return ""
    return f"{_confirmed(delivery)}{_not_shown(delivery)}"


def _confirmed(delivery: Delivery) -> str:
    if delivery.visible:
        return f"Shown in {_browsers(delivery.visible)}."
    if delivery.acknowledged:
        return "Applied; the tab is in the background."
    if delivery.failed:
        return "Stored."
    return f"Sent; not confirmed within {delivery.waited_seconds:g} s."


def _not_shown(delivery: Delivery) -> str:
    return f" {_browsers(delivery.failed)} could not show it." if delivery.failed else ""


def _browsers(count: int) -> str:
    return f"{count} browser" if count == 1 else f"{count} browsers"


def failure(error: SceneError) -> CallToolResult:
    """The result of a call that was refused or failed: no structure, and a code for programs."""
    meta: dict[str, Any] = {"code": error.code}
    if error.retry_after_seconds is not None:
        meta["retryAfterSeconds"] = error.retry_after_seconds
    return CallToolResult(
        content=[TextContent(type="text", text=error.message)],
        is_error=True,
        _meta={ERROR_META_KEY: meta},
    )
