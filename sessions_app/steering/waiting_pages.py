"""Shows a client's scene at a page that waits, once the page's person agrees."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from sessions_app.browsers.waiting_pages import (
    waiting_page_claim,
    waiting_page_propose,
)
from sessions_app.calls.records import Call
from sessions_app.storage import scene_work
from sessions_app.web import origins
from sessions_app.wire.events import tell_channel
from sessions_app.workers import worker

# Less than a call may take, which also has to make the scene.
AGREE_WITHIN_SECONDS = 18.0


class Consent(StrEnum):
    """What the page's person has said to a client that proposes its scene."""

    GIVEN = "given"
    REFUSED = "refused"
    OPEN = "open"  # not yet anything, or the page is away for the moment
    LATE = "late"  # the page waits no more


@dataclass(frozen=True, slots=True)
class Claim:
    """A page whose code a call has used up; `client` is what its person reads."""

    page_id: int
    client: str


async def claim_page(call: Call, code: str, client: str) -> Claim:
    """Use up a page's code, before the call does anything.

    Raises:
        PairingCodeUnknownError: no page that this client may ask waits with this code.
        TooManyCodesTriedError: too many wrong ones were tried.
        StoreError: the database cannot be used.
    """
    page_id = await scene_work.run_patiently(
        waiting_page_claim,
        code,
        client_name=client,
        principal=call.target.principal,
        networks=origins.networks_of(call.caller.remote_address),
    )
    return Claim(page_id, client)


async def propose_scene(claim: Claim, scene_session_id: int, *, waits: bool) -> Consent:
    """Ask the person at the page whether to show this scene there; wait at most 18 s.

    Without an answer the question stays at the page: the scene is shown once they agree.

    Args:
        claim: of the page's code.
        scene_session_id: the internal id.
        waits: whether to wait for the answer at all.

    Raises:
        StoreError: the database cannot be used.
        TooBusyError: too many calls wait in this process.
    """
    channel_name = await scene_work.run_patiently(
        waiting_page_propose, claim.page_id, scene_session_id
    )
    if channel_name is None:
        return Consent.LATE
    replies, request_id = (await worker.current()).replies, uuid4().hex
    with replies.expect(request_id) as waiter:
        event = {
            "type": "scene.proposed",
            "request_id": request_id,
            "reply_channel": replies.channel_name,
        }
        await tell_channel(channel_name, event)
        if not waits:
            return Consent.OPEN
        try:
            async with asyncio.timeout(AGREE_WITHIN_SECONDS):
                await waiter.arrived.wait()
        except TimeoutError:
            return Consent.OPEN
        return Consent(waiter.messages[0]["kind"])
