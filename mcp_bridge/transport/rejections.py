"""The HTTP answers to what is no request that could be served."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mcp_types import INTERNAL_ERROR, INVALID_REQUEST, ErrorData, JSONRPCError
from starlette.responses import Response

from sessions_app.limits.rates import RateLimitedError
from sessions_app.web.bodies import Refusal


def too_fast(error: RateLimitedError) -> Response:
    """429, with the time after which the client may come back."""
    headers = {"Retry-After": f"{math.ceil(error.retry_after_seconds or 1)}"}
    return reject(HTTPStatus.TOO_MANY_REQUESTS, error.message, headers=headers)


def unread(refusal: Refusal) -> Response:
    """The answer to a request whose body is not taken in."""
    is_ours = refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    code = INTERNAL_ERROR if is_ours else INVALID_REQUEST
    return reject(refusal.status, refusal.text, code=code, headers=refusal.headers)


def reject(
    status: HTTPStatus,
    text: str | None,
    *,
    code: int = INVALID_REQUEST,
    headers: Mapping[str, str] | None = None,
    request_id: int | str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Response:
    """A JSON-RPC error, or no body at all; it has an id only where one could be read."""
    if text is None:
        return Response(status_code=status, headers=headers)
    details = ErrorData(code=code, message=text)
    if data is not None:
        details = ErrorData(code=code, message=text, data=data)
    error = JSONRPCError(jsonrpc="2.0", id=request_id, error=details)
    return Response(
        error.model_dump_json(by_alias=True, exclude_unset=True),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )
