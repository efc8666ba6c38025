"""Starts and stops background services, on servers that support the lifespan protocol."""

import logging
import sys
from functools import partial

from starlette.types import Receive, Scope, Send

from hello3d.configuration import tracing
from hello3d.probes.health import channel_problem, database_problem
from hello3d.server.draining import StopSignals, drain
from mcp_bridge.endpoint.asgi import McpEndpoint
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

NOT_BOUNDED = (
    "this server's connections are not bounded, and it runs with options of its own: start"
    " `manage.py serve` in its place"
)


class Lifespan:
    """The ASGI lifespan protocol. Daphne lacks it; there, the first request starts the services."""

    def __init__(self, mcp_endpoint: McpEndpoint) -> None:
        self._mcp_endpoint = mcp_endpoint

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await worker.current()
            await self._mcp_endpoint.started()
        except Exception as error:  # noqa: BLE001 - the server exits and reports why
            await send({"type": "lifespan.startup.failed", "message": await _reason(error)})
            return
        if not _is_bounded():
            logger.warning(NOT_BOUNDED)
        StopSignals(partial(drain, self._mcp_endpoint)).install()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._mcp_endpoint.stop()
        await worker.stop()
        await tracing.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _is_bounded() -> bool:
    """Return whether the server uses our protocols, which nothing else imports."""
    names = ("http_protocol", "socket_protocol")
    return all(f"hello3d.server.{name}" in sys.modules for name in names)


async def _reason(error: Exception) -> str:
    """Return what to fix, in one line; unless a store is down, log the traceback."""
    if problem := await database_problem():
        return f"The server cannot start: {problem}. DATABASE_URL says which database it is."
    if problem := await channel_problem():
        return f"The server cannot start: {problem}. REDIS_URL says which Redis it goes through."
    logger.error("the server cannot start", exc_info=error)
    return "see the log"
