"""Turns failures of requests into protocol errors, in our words."""

import functools
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST

from mcp_bridge.calls.admission import count_for_client
from mcp_bridge.tools.context import Context, endpoint_of
from sessions_app.errors import ProtocolSessionEndedError, StoreError
from sessions_app.limits.rates import RateLimitedError, TooBusyError
from sessions_app.scene.errors import SceneError
from sessions_app.storage.errors import refused

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Handler: TypeAlias = Callable[Concatenate[Context, P], Awaitable[R]]


def session_ended(context: Context) -> MCPError:
    """Return the error for an ended protocol session; over HTTP it becomes 404."""
    endpoint_of(context).protocol_session_ended = True
    return MCPError(INVALID_REQUEST, "Session not found")


def _later(error: SceneError) -> MCPError:
    """Return the error for a request that may be retried; `data` says after how many seconds."""
    data = {"code": error.code, "retryAfterSeconds": error.retry_after_seconds}
    return MCPError(INTERNAL_ERROR, error.message, data=data)


async def count_request(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Count a request from standard input (middleware); the endpoint counts those over HTTP.

    Raises:
        MCPError: the limit is reached.
    """
    if ctx.request is None and ctx.request_id is not None and ctx.method != "tools/call":
        try:
            await count_for_client(endpoint_of(ctx))
        except RateLimitedError as error:
            raise _later(error) from None
    return await call_next(ctx)


def raises_protocol_errors(handler: Handler[P, R]) -> Handler[P, R]:
    """Turn what a handler other than that of `tools/call` raises into a JSON-RPC error.

    A `SceneError` is the caller's fault (-32602) and passes its message on; too many at a time and
    stores that are held or away are -32603. Any other exception is ours and passes a reference on:
    the SDK would send its text to clients of the handshake era.
    """

    @functools.wraps(handler)
    async def serve(context: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await handler(context, *args, **kwargs)
        except MCPError:
            raise
        except ProtocolSessionEndedError:
            raise session_ended(context) from None
        except (TooBusyError, StoreError) as error:
            raise _later(error) from None
        except SceneError as error:
            raise MCPError(INVALID_PARAMS, error.message) from None
        except Exception as fault:  # the top of a request: the traceback is the log's
            if (given := refused(fault)) is not None:
                raise _later(given) from None
            reference = secrets.token_hex(4)
            logger.exception("a request failed", extra={"reference": reference})
            text = f"Something went wrong (reference {reference}). Try again."
            raise MCPError(INTERNAL_ERROR, text) from None

    return serve
