"""Counts requests over HTTP, also those that are refused, so that a flood of them ends in 429."""

from http import HTTPStatus

from mcp_types import INTERNAL_ERROR
from starlette.types import Message, Send

from mcp_bridge.calls import admission
from mcp_bridge.tools.context import Endpoint
from mcp_bridge.transport.rejections import RejectedError, too_fast
from sessions_app.limits.networks import Networks
from sessions_app.limits.rates import RateLimitedError


def require_few_failures(networks: Networks) -> None:
    """Have a client wait that guesses, or is refused all the time, before anything is looked at."""
    try:
        admission.require_few_failures(networks)
    except RateLimitedError as error:
        raise RejectedError(too_fast(error)) from None


async def count(endpoint: Endpoint, networks: Networks) -> None:
    """Count a request; a call of a tool is counted, and refused in its words, where it is served.

    What needs no answer counts with what is refused: it is cheap, and comes with each session.
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
    """A `send` that counts the answer where it refuses the request, but as one too many."""
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
