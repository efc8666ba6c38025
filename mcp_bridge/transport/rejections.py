"""The HTTP answers to what is no request that could be served."""

import math
from http import HTTPStatus

from mcp_types import INVALID_REQUEST, ErrorData, JSONRPCError
from starlette.responses import Response

from sessions_app.limits.rates import RateLimitedError


def too_fast(error: RateLimitedError) -> Response:
    """429, with the time after which the client may come back."""
    headers = {"Retry-After": f"{math.ceil(error.retry_after_seconds or 1)}"}
    return reject(HTTPStatus.TOO_MANY_REQUESTS, error.message, headers=headers)


def reject(
    status: HTTPStatus,
    text: str | None,
    *,
    code: int = INVALID_REQUEST,
    headers: dict[str, str] | None = None,
) -> Response:
    """A JSON-RPC error without an id (nothing was read that has one), or no body at all."""
    if text is None:
        return Response(status_code=status, headers=headers)
    error = JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=code, message=text))
    return Response(
        error.model_dump_json(by_alias=True, exclude_unset=True),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )
