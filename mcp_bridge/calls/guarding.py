"""What a request answers when it fails: a protocol error, in our words."""

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
    """What a request answers whose protocol session has ended; HTTP 404 where it is not stdio."""
    endpoint_of(context).protocol_session_ended = True
    return MCPError(INVALID_REQUEST, "Session not found")


def _later(error: SceneError) -> MCPError:
    """The answer to what may be asked again; `data` says after how many seconds."""
    data = {"code": error.code, "retryAfterSeconds": error.retry_after_seconds}
    return MCPError(INTERNAL_ERROR, error.message, data=data)


async def count_request(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Count what comes on standard input, a middleware; over HTTP, the endpoint has counted it.

    Raises:
        MCPError: it is one too many.
    """
    if ctx.request is None and ctx.request_id is not None and ctx.method != "tools/call":
        try:
            await count_for_client(endpoint_of(ctx))
        except RateLimitedError as error:
            raise _later(error) from None
    return await call_next(ctx)


def raises_protocol_errors(handler: Handler[P, R]) -> Handler[P, R]:
    """Turn what a handler other than that of `tools/call` raises into a JSON-RPC error.

    A `SceneError` is the caller's fault (-32602), but for there being too many at a time and for
    stores that are held or away (-32603), and tells its message. Any other exception is ours, and
    is told by reference: the SDK would tell the handshake era its text.
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
