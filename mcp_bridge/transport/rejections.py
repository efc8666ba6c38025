"""HTTP responses to requests that are refused before they are served."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mcp_types import INTERNAL_ERROR, INVALID_REQUEST, ErrorData, JSONRPCError
from starlette.responses import Response

from sessions_app.limits.rates import RateLimitedError
from sessions_app.web.bodies import Refusal


class RejectedError(Exception):
    """The request is refused with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def too_fast(
    error: RateLimitedError,
    *,
    code: int = INVALID_REQUEST,
    request_id: int | str | None = None,
) -> Response:
    """Return 429 with the time after which to retry."""
    wait = math.ceil(error.retry_after_seconds or 1)
    return reject(
        HTTPStatus.TOO_MANY_REQUESTS,
        error.message,
        code=code,
        headers={"Retry-After": f"{wait}"},
        request_id=request_id,
        data={"retryAfterSeconds": wait},
    )


def not_now(text: str, seconds: float | None, *, request_id: int | str | None = None) -> Response:
    """Return 503 with the time after which to retry."""
    headers = {"Retry-After": f"{math.ceil(seconds or 1)}"}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return reject(status, text, code=INTERNAL_ERROR, headers=headers, request_id=request_id)


def unread(refusal: Refusal) -> Response:
    """Return the response to a request whose body was refused."""
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
    """Return a JSON-RPC error, or an empty response without `text`; `request_id` if known."""
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
