"""Counts each tool call against the limits of its client and of the scene that it names."""

from mcp_bridge.endpoint import Endpoint
from sessions_app import origins
from sessions_app.limits.names import Limit
from sessions_app.routing_policy import Target
from sessions_app.workers import worker


async def count_for_client(endpoint: Endpoint) -> None:
    """Count a call for its address or, where many people share that, for its protocol session.

    Raises:
        RateLimitedError: it is one too many.
    """
    session = endpoint.protocol_session
    name = origins.counted_as(endpoint.remote_address) or (session.key if session else "")
    if name:
        (await worker.current()).call_rates.count(Limit.RATE_PER_CLIENT, name)


async def count_for_scene(target: Target) -> None:
    """Count a call for the scene that it names, or else for its protocol session, which has one.

    Raises:
        RateLimitedError: it is one too many.
    """
    name = target.edit_key.hex if target.edit_key else target.protocol_session
    if name:
        (await worker.current()).call_rates.count(Limit.RATE_PER_SCENE, name)
