"""Counts each tool call against the limits of its client and of its scene."""

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
    """Count a call for its address or, where many people share one, for its protocol session.

    Raises:
        RateLimitedError: the limit is reached.
    """
    networks = origins.networks_of(endpoint.remote_address)
    name = endpoint.protocol_session.key if endpoint.protocol_session else ""
    if networks or name:
        rates = (await worker.current()).call_rates
        rates.count(Limit.RATE_PER_CLIENT, name, networks=networks)


async def count_for_scene(target: Target) -> None:
    """Count a call for the scene that it names, else for the one of its protocol session.

    Raises:
        RateLimitedError: the limit is reached.
    """
    name = target.edit_key.hex if target.edit_key else target.protocol_session
    if name:
        (await worker.current()).call_rates.count(Limit.RATE_PER_SCENE, name)


def require_few_failures(networks: Networks) -> None:
    """Refuse a client with too many recent wrong ids, wrong tokens or refusals.

    Raises:
        RateLimitedError: the client has to wait.
    """
    failures.require_few(networks)
    failures.require_few(networks, Limit.REFUSED_PER_CLIENT)


def count_refused(networks: Networks) -> None:
    """Count a request that was refused or needs no answer."""
    failures.count(networks, Limit.REFUSED_PER_CLIENT)


def count_failure(endpoint: Endpoint) -> None:
    """Count a wrong id or token of a client."""
    failures.count(origins.networks_of(endpoint.remote_address))


async def enter(endpoint: Endpoint, target: Target) -> Permit:
    """Wait in the queue of the call's scene; return the permit to hold while the call is served.

    Raises:
        TooBusyError: no permit came free in time, or too many calls are in flight here.
    """
    return await (await worker.current()).call_gate.enter(
        _queue_name(endpoint, target),
        client=endpoint.principal_name or "",
        networks=origins.networks_of(endpoint.remote_address),
    )


async def share_queue(target: Target, edit_key: UUID) -> None:
    """Queue the calls of a protocol session with those that name its scene."""
    if target.edit_key is None and target.protocol_session is not None:
        (await worker.current()).call_gate.alias(target.protocol_session, edit_key.hex)


def _queue_name(endpoint: Endpoint, target: Target) -> str:
    """Return the queue of a call. Anonymous calls share one queue per client."""
    if target.edit_key is not None:
        return target.edit_key.hex
    if target.protocol_session is not None:
        return target.protocol_session
    if target.principal.user_id is not None:
        return f"user {target.principal.user_id}"
    return origins.rate_key(endpoint.remote_address) or endpoint.remote_address or ""
