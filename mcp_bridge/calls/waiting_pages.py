"""`open_session` with the code of a page that waits: shows the client's scene there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from mcp_bridge.calls.elicitation import await_browser
from mcp_bridge.tools.sessions import OpenArguments
from sessions_app.browsers.clients import shown_name
from sessions_app.browsers.waiting_pages import waiting_page_release
from sessions_app.calls.records import Call
from sessions_app.errors import StoreError
from sessions_app.limits.call_gate import Permit
from sessions_app.routing import Target
from sessions_app.steering.steering import DeliveryReport
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.steering.waiting_pages import Claim, Consent, claim_page, propose_scene
from sessions_app.storage import database, scene_work

# A page that was let in has still to load.
SHOWN_WITHIN_SECONDS = 4.0
UNNAMED = "An AI client"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the page's person has said, and how many browsers show the scene since."""

    consent: Consent
    delivery: DeliveryReport


def opened(target: Target, arguments: OpenArguments) -> Target:
    """Return the target of `open_session`: with a code, the client's own scene or a new one."""
    if arguments.start:
        target = replace(target, start=arguments.start)
    if arguments.code and target.edit_key is None:
        target = replace(target, opens=False)
    return target


async def claim(call: Call, arguments: OpenArguments) -> Claim | None:
    """Use up the code of a page, before a scene is made for it; None without a code.

    Raises:
        PairingCodeUnknownError: no page that this client may ask waits with this code.
        TooManyCodesTriedError: too many wrong ones were tried.
        StoreError: the database cannot be used.
    """
    if not arguments.code:
        return None
    caller = call.caller
    name = shown_name(caller.client_details.get("title") or caller.client_name)
    return await claim_page(call, arguments.code, name or UNNAMED)


@contextlib.asynccontextmanager
async def kept(claimed: Claim | None) -> AsyncIterator[None]:
    """Make the code valid again if the call fails before it has proposed its scene."""
    try:
        yield
    except asyncio.CancelledError:
        if claimed is not None:  # nothing can be awaited any more
            database.submit(waiting_page_release, claimed.page_id)
        raise
    except Exception:
        if claimed is not None:
            with contextlib.suppress(StoreError):  # then the code stays used up
                await scene_work.run_patiently(waiting_page_release, claimed.page_id)
        raise


async def propose(claimed: Claim, permit: Permit, effect: CallEffect) -> Proposed:
    """Ask the page's person, and wait until the page shows the scene, both bounded.

    Raises:
        StoreError: the database cannot be used.
    """
    waits = permit.try_to_step_aside()
    consent = await propose_scene(claimed, effect.scene_session_id, waits=waits)
    seconds = SHOWN_WITHIN_SECONDS if consent is Consent.GIVEN else 0
    delivery = await await_browser(effect.scene_session_id, effect.revision, seconds)
    return Proposed(consent, delivery)
