"""The protocol sessions of this process, and messages for them from other processes.

A client's requests may land on any worker and are served there. A reply, a cancellation and the end
of a session belong to the worker that serves the request they refer to.

This relies on private parts of the SDK (mcp 2.3): `_in_flight` and `_pending` of a dispatcher,
`_read_stream_writer` and `_request_streams` of a transport.
"""

import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.abc import TaskGroup
from mcp.server.streamable_http import GET_STREAM_KEY, StreamableHTTPServerTransport
from mcp.shared.dispatcher import as_request_id, coerce_request_id
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.message import SessionMessage
from mcp.shared.transport_context import TransportContext
from mcp_types import jsonrpc_message_adapter

from sessions_app.wire.events import Event, tell_workers
from sessions_app.workers.worker_channel import WorkerChannel

logger = logging.getLogger(__name__)

_End = Callable[[str, StreamableHTTPServerTransport], Coroutine[Any, Any, None]]

_MESSAGE, _ENDED = "protocol_session.message", "protocol_session.ended"


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One protocol session's transport in this process."""

    token: str
    transport: StreamableHTTPServerTransport
    dispatcher: JSONRPCDispatcher[TransportContext]

    def concerns(self, message: dict[str, Any]) -> bool:
        """Return whether a reply or a cancellation refers to a request of this process."""
        if "method" not in message:
            reply_id: int | str = message.get("id", "")
            return coerce_request_id(reply_id) in self.dispatcher._pending
        served = self.dispatcher._in_flight
        request_id = as_request_id((message.get("params") or {}).get("requestId"))
        return request_id is not None and coerce_request_id(request_id) in served

    def has_read_all(self) -> bool:
        """Return whether the client has a GET stream here and has read everything sent on it."""
        streams = self.transport._request_streams.get(GET_STREAM_KEY)
        return streams is not None and not streams[0].statistics().current_buffer_used

    async def send_updated(self, uri: str) -> None:
        """Notify the client on its GET stream that a resource has changed."""
        await self.dispatcher.notify("notifications/resources/updated", {"uri": uri})

    async def take(self, message: dict[str, Any]) -> None:
        """Handle a message as if this process had received it."""
        writer = self.transport._read_stream_writer
        parsed = jsonrpc_message_adapter.validate_python(message, by_name=False)
        if writer is not None:
            try:
                await writer.send(SessionMessage(parsed))
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                logger.debug("a message came too late for its session")


def belongs_elsewhere(message: dict[str, Any]) -> bool:
    """Return whether a message is only useful to the worker that serves another request."""
    return "method" not in message or message["method"] == "notifications/cancelled"


class LiveSessions:
    """The live sessions of this process, by the protocol session's key."""

    def __init__(self, end: _End) -> None:
        """Create the table; `end(token, transport)` ends a session in this process."""
        self._end = end
        self._sessions: dict[str, LiveSession] = {}
        self._task_group: TaskGroup | None = None

    def __len__(self) -> int:
        return len(self._sessions)

    def find(self, key: str) -> LiveSession | None:
        return self._sessions.get(key)

    def add(self, key: str, session: LiveSession) -> None:
        self._sessions[key] = session

    def remove(self, key: str, session: LiveSession) -> None:
        if self._sessions.get(key) is session:
            del self._sessions[key]

    def listen(self, channel: WorkerChannel, task_group: TaskGroup) -> None:
        """Handle messages forwarded by other workers, in tasks of this group."""
        self._task_group = task_group
        channel.on(_MESSAGE, self._message)
        channel.on(_ENDED, self._ended)

    def _message(self, event: Event) -> None:
        session = self._sessions.get(event["key"])
        message = json.loads(event["message"])
        if session is not None and self._task_group is not None and session.concerns(message):
            self._task_group.start_soon(session.take, message)

    def _ended(self, event: Event) -> None:
        session = self._sessions.get(event["key"])
        if session is not None and self._task_group is not None:
            self._task_group.start_soon(self._end, session.token, session.transport)


async def send_message(key: str, message: dict[str, Any]) -> None:
    """Forward a message to the worker that serves the request it refers to, if any."""
    await tell_workers({"type": _MESSAGE, "key": key, "message": json.dumps(message)})


async def send_ended(key: str) -> None:
    """Have every worker end the protocol session with this key and its requests."""
    await tell_workers({"type": _ENDED, "key": key})
