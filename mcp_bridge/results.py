"""What a tool returns: one text that a person could read, and the same in structure."""

from typing import Any

from mcp_types import CallToolResult, TextContent

from sessions_app.scene.errors import SceneError
from sessions_app.steering import Delivery, Steered

ERROR_META_KEY = "hello3d/error"


def success(steered: Steered, *, summary: str, values: dict[str, Any], link: str) -> CallToolResult:
    """The result of a call that was carried out, with the values as they now are."""
    performed = steered.performed
    sentences = [summary, _shown(steered)]
    if not steered.delivery.connected and link not in summary:
        sentences.append(f"Its link: {link}")
    sentences.append(f"Session id: {performed.edit_key}")
    delivery = steered.delivery
    structured = {
        "sessionId": str(performed.edit_key),
        "revision": performed.revision,
        "browsers": {
            "connected": delivery.connected,
            "acknowledged": delivery.acknowledged,
            "visible": delivery.visible,
        },
        "browserUrl": link,
        **values,
    }
    text = " ".join(filter(None, sentences))
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=structured
    )


def _shown(steered: Steered) -> str:
    """One sentence on how far a change has come; of what changed nothing, whether one looks on."""
    delivery = steered.delivery
    changed = steered.performed.frame_parts is not None
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
