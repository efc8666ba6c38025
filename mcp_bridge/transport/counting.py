"""Counts HTTP requests, including refused ones, so that floods end in 429."""

from http import HTTPStatus

from mcp_types import INTERNAL_ERROR
from starlette.types import Message, Send

from mcp_bridge.calls import admission
from mcp_bridge.tools.context import Endpoint
from mcp_bridge.transport.rejections import RejectedError, too_fast
from sessions_app.limits.networks import Networks
from sessions_app.limits.rates import RateLimitedError


def require_few_failures(networks: Networks) -> None:
    """Refuse clients with too many failures or refusals, before any other check."""
    try:
        admission.require_few_failures(networks)
    except RateLimitedError as error:
        raise RejectedError(too_fast(error)) from None


async def count(endpoint: Endpoint, networks: Networks) -> None:
    """Count a request other than a tool call; tool calls are counted where they are served.

    Messages without a response count with the refused ones: they are cheap, and every session sends
    some.
    """
    if endpoint.method == "tools/call":
        return
    if endpoint.request_id is None:
        admission.count_refused(networks)
        return
    try:
        await admission.count_for_client(endpoint)
    except RateLimitedError as error:
        answer = too_fast(error, code=INTERNAL_ERROR, request_id=endpoint.request_id)
        raise RejectedError(answer) from None


def counting_refusals(networks: Networks, send: Send) -> Send:
    """Return a `send` that counts responses that refuse the request, except 429."""
    if not networks:
        return send

    async def counting(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_refusal(message["status"]):
            admission.count_refused(networks)
        await send(message)

    return counting


def _is_refusal(status: int) -> bool:
    is_clients = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_clients and status != HTTPStatus.TOO_MANY_REQUESTS
