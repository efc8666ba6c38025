"""Counts each tool call against the limits of its client and of the scene that it names."""

from uuid import UUID

from mcp_bridge.tools.context import Endpoint
from sessions_app.limits import failures
from sessions_app.limits.call_gate import Permit
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.routing import Target
from sessions_app.web import origins
from sessions_app.workers import worker


async def count_for_client(endpoint: Endpoint) -> None:
    """Count a call for its address or, where many people share that, for its protocol session.

    Raises:
        RateLimitedError: it is one too many.
    """
    networks = origins.networks_of(endpoint.remote_address)
    name = endpoint.protocol_session.key if endpoint.protocol_session else ""
    if networks or name:
        rates = (await worker.current()).call_rates
        rates.count(Limit.RATE_PER_CLIENT, name, networks=networks)


async def count_for_scene(target: Target) -> None:
    """Count a call for the scene that it names, or else for its protocol session, which has one.

    Raises:
        RateLimitedError: it is one too many.
    """
    name = target.edit_key.hex if target.edit_key else target.protocol_session
    if name:
        (await worker.current()).call_rates.count(Limit.RATE_PER_SCENE, name)


def require_few_failures(networks: Networks) -> None:
    """Refuse a client that came with wrong ids and tokens, or was refused, too often lately.

    Raises:
        RateLimitedError: it has to wait.
    """
    failures.require_few(networks)
    failures.require_few(networks, Limit.REFUSED_PER_CLIENT)


def count_refused(networks: Networks) -> None:
    """Count a request that was refused, or that needs no answer."""
    failures.count(networks, Limit.REFUSED_PER_CLIENT)


def count_failure(endpoint: Endpoint) -> None:
    """Count a wrong id or token of a client."""
    failures.count(origins.networks_of(endpoint.remote_address))


async def enter(endpoint: Endpoint, target: Target) -> Permit:
    """Take a place in the line of calls to what this call names, to be held while it is served.

    Raises:
        TooBusyError: none came free in time, or too many are under way in this process.
    """
    return await (await worker.current()).call_gate.enter(
        _queue_name(endpoint, target),
        client=endpoint.principal_name or "",
        networks=origins.networks_of(endpoint.remote_address),
    )


async def share_queue(target: Target, edit_key: UUID) -> None:
    """Have the calls of a protocol session stand in one line with those that name its scene."""
    if target.edit_key is None and target.protocol_session is not None:
        (await worker.current()).call_gate.alias(target.protocol_session, edit_key.hex)


def _queue_name(endpoint: Endpoint, target: Target) -> str:
    """What a call names. One that names nothing stands in line with those like it of its client."""
    if target.edit_key is not None:
        return target.edit_key.hex
    if target.protocol_session is not None:
        return target.protocol_session
    if target.principal.user_id is not None:
        return f"user {target.principal.user_id}"
    return origins.rate_key(endpoint.remote_address) or endpoint.remote_address or ""
