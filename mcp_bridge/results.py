"""What a tool returns: one text that a person could read, and the same in structure."""

from typing import Any

from mcp_types import CallToolResult, TextContent

from sessions_app.links import browser_url
from sessions_app.scene.errors import SceneError
from sessions_app.steering import CONFIRM_WITHIN_SECONDS, Delivery, Steered

ERROR_META_KEY = "hello3d/error"


def success(
    steered: Steered, *, summary: str, values: dict[str, Any], public_origin: str
) -> CallToolResult:
    """The result of a call that was carried out, with the values as they now are."""
    performed = steered.performed
    link = browser_url(edit_key=performed.edit_key, public_origin=public_origin)
    sentences = [summary, _shown(steered, link), f"Session id: {performed.edit_key}"]
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
    text = TextContent(type="text", text=" ".join(filter(None, sentences)))
    return CallToolResult(content=[text], structured_content=structured)


def _shown(steered: Steered, link: str) -> str:
    """One sentence on how far a change has come; nothing of it for what changed nothing."""
    if steered.performed.frame_parts is None:
        return "" if steered.delivery.connected else f"No browser is open: {link}"
    delivery = steered.delivery
    if not delivery.connected:
        return f"Stored. No browser is open: {link}"
    return f"{_confirmed(delivery)}{_not_shown(delivery)}"


def _confirmed(delivery: Delivery) -> str:
    if delivery.visible:
        return f"Shown in {_browsers(delivery.visible)}."
    if delivery.acknowledged:
        return "Applied; the tab is in the background."
    if delivery.failed:
        return "Stored."
    return f"Sent; not confirmed within {CONFIRM_WITHIN_SECONDS:.0f} s."


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
