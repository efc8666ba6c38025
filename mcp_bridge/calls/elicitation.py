"""Asks a client to open the scene's page for its person, once per scene, after the first change.

URL elicitation (MCP 2025-11-25 and 2026-07-28, client/elicitation, URL mode). The change is stored
before the client is asked, so its answer only decides how long to wait for a browser.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from uuid import UUID, uuid4

import mcp_types as types
from django.conf import settings
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError

from mcp_bridge.calls import results
from mcp_bridge.tools.context import Context, Endpoint, endpoint_of
from mcp_bridge.tools.registry import ToolReply
from sessions_app.calls.records import Call
from sessions_app.errors import SceneSessionUnknownError, StoreError
from sessions_app.limits.call_gate import Permit
from sessions_app.routing import Target
from sessions_app.scene.errors import SceneError
from sessions_app.sessions import finding
from sessions_app.sessions.closing import closed_error
from sessions_app.sessions.invitations import VALID_FOR, invitation_create
from sessions_app.steering.steering import DeliveryReport
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database, scene_work
from sessions_app.web import links

logger = logging.getLogger(__name__)

WAIT_SECONDS = 20.0
POLL_SECONDS = 0.4
STATE_VALID_SECONDS = VALID_FOR.total_seconds()

_KEY = "open_scene"
_MESSAGE = "Open the 3D scene in your browser to watch it change live."


def state_boundary(server_name: str) -> RequestStateBoundary:
    """Seals and checks `requestState`, with keys that all workers share.

    MCP 2026-07-28, basic/patterns/mrtr: signature, call, principal and age are checked.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hmac.digest(key.encode(), b"hello3d request state", hashlib.sha256) for key in secrets]
    security = RequestStateSecurity(
        keys=keys,
        ttl=STATE_VALID_SECONDS,
        bind_principal=lambda context: endpoint_of(context).principal_name,
    )
    return RequestStateBoundary(security, default_audience=server_name)


def is_offered(context: Context) -> bool:
    """Return whether the client opens links for its person."""
    declared = context.session.client_capabilities
    elicitation = declared.elicitation if declared else None
    return elicitation is not None and elicitation.url is not None


async def invite(
    context: Context,
    endpoint: Endpoint,
    call: Call,
    note: Callable[..., str],
    permit: Permit,
    effect: CallEffect,
) -> DeliveryReport | types.InputRequiredResult | None:
    """Have the client open the page when no browser shows the stored change.

    Args:
        context: of the call.
        endpoint: where it came to.
        call: as it is recorded.
        note: says what of the call was ignored, given its scene's edit key; for a retry's answer.
        permit: of the call; released while the person is asked.
        effect: the stored change.

    Returns:
        The delivery after the person was asked (handshake era), the question for the retry
        (2026-07-28), or None if nobody was asked.
    """
    if not effect.changed or effect.browsers.connected or effect.invited:
        return None
    asks_now = context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS
    if asks_now and not permit.try_to_step_aside():
        return None  # the next change asks again
    nonce = None
    with contextlib.suppress(StoreError):  # the change is stored: the call has not failed
        nonce = await scene_work.run_patiently(invitation_create, effect.scene_session_id)
    if nonce is None:
        return None
    url = links.invitation_url(nonce, public_origin=endpoint.public_origin)
    if asks_now:
        return await _ask(context, url, effect)
    return _require(url, call, note(effect.edit_key), effect)


async def _ask(context: Context, url: str, effect: CallEffect) -> DeliveryReport:
    """Ask while the call waits (MCP 2025-11-25, client/elicitation, URL mode)."""
    elicitation_id = uuid4().hex
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_SECONDS
    accepted = False
    try:
        async with asyncio.timeout_at(end):
            answer = await context.session.elicit_url(
                _MESSAGE, url, elicitation_id, context.request_id
            )
        accepted = answer.action == "accept"
    except TimeoutError:
        logger.info("a client did not answer whether it opens the page")
    except MCPError as error:
        logger.info("a client cannot open the page", extra={"code": error.error.code})
    except ValidationError:
        logger.info("a client's answer whether it opens the page is none")
    left = end - loop.time() if accepted else 0
    delivery = await await_browser(effect.scene_session_id, effect.revision, left)
    if delivery.connected:
        await context.session.send_elicit_complete(elicitation_id, context.request_id)
    return delivery


def _require(url: str, call: Call, note: str, effect: CallEffect) -> types.InputRequiredResult:
    """Answer with the question (MCP 2026-07-28, basic/patterns/mrtr): the retry changes nothing."""
    change = effect.change
    state = {
        "sceneSession": effect.scene_session_id,
        "session": str(effect.edit_key),
        "revision": effect.revision,
        "created": effect.created,
        "note": note,
        "lastLook": effect.known.looked,
        "fromPeople": effect.from_people,
        "call": call.id.hex,
        "told": change.for_model if change else "",
        "values": change.values if change else {},
    }
    question = types.ElicitRequest(params=types.ElicitRequestURLParams(message=_MESSAGE, url=url))
    return types.InputRequiredResult(
        input_requests={_KEY: question}, request_state=json.dumps(state)
    )


async def resume(
    endpoint: Endpoint, params: types.CallToolRequestParams, state: str, permit: Permit
) -> types.CallToolResult:
    """Answer a retry: nothing is applied or recorded again, whatever the person answered.

    Args:
        endpoint: where the retry came to.
        params: of the retry.
        state: what `_require` put into the sealed `requestState`.
        permit: of the retry; released while it waits.
    """
    stored = json.loads(state)
    answer = (params.input_responses or {}).get(_KEY)
    accepted = isinstance(answer, types.ElicitResult) and answer.action == "accept"
    scene_session_id, revision = stored["sceneSession"], stored["revision"]
    edit_key = UUID(stored["session"])
    try:
        if accepted:
            permit.step_aside()
        delivery = await await_browser(scene_session_id, revision, WAIT_SECONDS if accepted else 0)
        await database.run(_require_reachable, scene_session_id, edit_key, endpoint)
    except SceneError as error:
        return results.failure(error)
    link = links.browser_url(edit_key=edit_key, public_origin=endpoint.public_origin)
    scene = results.SceneStatus(
        edit_key,
        revision,
        changed=True,
        created=stored["created"],
        note=stored["note"],
        last_look=stored["lastLook"],
        from_people=stored["fromPeople"],
    )
    return results.standing(scene, delivery, ToolReply(stored["told"], stored["values"]), link)


def _require_reachable(scene_session_id: int, edit_key: UUID, endpoint: Endpoint) -> None:
    """Refuse the retry if the caller has lost access to the scene.

    Raises:
        SceneSessionUnknownError: the edit key was replaced, or the scene is no longer the caller's.
        SceneSessionClosedError: it was closed.
    """
    if finding.open_edit_key(scene_session_id) is None:
        raise closed_error(scene_session_id)
    target = Target(edit_key=edit_key, principal=endpoint.principal)
    if finding.scene_session_find(target) is None:
        raise SceneSessionUnknownError


async def await_browser(scene_session_id: int, revision: int, seconds: float) -> DeliveryReport:
    """Wait until a browser of any worker shows the revision, by polling the database."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        counts = await database.run(finding.browser_counts, scene_session_id, revision)
        left = end - loop.time()
        if counts.acknowledged or left <= 0:
            break
        await asyncio.sleep(min(POLL_SECONDS, left))
    return DeliveryReport(
        counts.connected, counts.acknowledged, counts.visible, waited_seconds=round(seconds)
    )
