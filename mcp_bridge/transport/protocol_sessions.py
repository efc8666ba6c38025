"""Handshake-era protocol sessions that outlive their process.

This relies on private parts of the SDK (mcp 2.3): `_server_instances`, `_task_group`,
`_lifespan_state`, `_session_creation_lock`, `_discard_session`, `_handle_stateful_request`, and
`_requests_in_flight` of a transport.
"""

import asyncio
import json
import logging
import secrets
from http import HTTPStatus
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus
from django.conf import settings
from django.utils.module_loading import import_string
from mcp.server.connection import Connection
from mcp.server.lowlevel import Server
from mcp.server.runner import serve_connection
from mcp.server.streamable_http import LAST_EVENT_ID_HEADER, MCP_SESSION_ID_HEADER
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.transport_context import TransportContext
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from mcp_bridge.calls.admission import count_failure, count_for_client
from mcp_bridge.resources import subscriptions
from mcp_bridge.tools.context import Endpoint, ProtocolSession, endpoint_in
from mcp_bridge.transport import handshake, tokens
from mcp_bridge.transport.departures import ends_with_connection
from mcp_bridge.transport.get_streams import serve_get_stream, too_many
from mcp_bridge.transport.live_sessions import (
    LiveSession,
    LiveSessions,
    belongs_elsewhere,
    send_ended,
    send_message,
)
from mcp_bridge.transport.rejections import not_now, reject, too_fast
from mcp_bridge.transport.session_transport import SessionTransport, answers_alone
from sessions_app.errors import StoreError, StoreUnavailableError
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import RateLimitedError
from sessions_app.limits.refusals import refusals
from sessions_app.sessions.finding import protocol_session_ended
from sessions_app.sessions.opening import protocol_session_end
from sessions_app.storage import database
from sessions_app.workers import worker
from sessions_app.workers.worker_channel import WorkerChannel

logger = logging.getLogger(__name__)

# A transport only caches the token's state, so an idle one is discarded early.
TRANSPORT_IDLE_SECONDS = 120.0
MAX_TRANSPORTS = 4000
# Of a reply or a cancellation that is forwarded to all other processes.
MAX_SENT_ON_BYTES = 64 * 1024
# Lookups before a call use up the call's own time.
LOOK_UP_WITHIN_SECONDS = 5.0


class DurableSessionManager(StreamableHTTPSessionManager):
    """Serves any valid protocol session, even one that this process has not seen before."""

    _server_instances: dict[str, SessionTransport]  # type: ignore[assignment] # all are ours

    def __init__(self, app: Server[Any]) -> None:
        super().__init__(app)
        self.live = LiveSessions(self._discard_session)

    def listen(self, channel: WorkerChannel) -> None:
        """Handle messages forwarded by other workers; call this while the manager is running."""
        task_group: TaskGroup = self._task_group  # type: ignore[assignment] # run() sets it
        self.live.listen(channel, task_group)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that the endpoint has validated and bounded."""
        endpoint = endpoint_in(scope)
        answers_alone.set(endpoint.answers_alone)
        try:
            if endpoint.answers_alone and endpoint.protocol_session is None:
                with ends_with_connection(receive):
                    await self._handle_request(scope, receive, send)
            else:
                await self._handle_request(scope, receive, send)
        except StoreError as away:  # while checking for ended sessions, before the response
            request_id = endpoint.request_id
            answer = not_now(away.message, away.retry_after_seconds, request_id=request_id)
            await answer(scope, receive, send)

    @property
    def json_response(self) -> bool:
        """Whether the SDK answers the request of this task, of 2026-07-28, by JSON alone."""
        return answers_alone.get()

    @json_response.setter
    def json_response(self, _: bool) -> None:
        """The SDK has one form for all requests."""

    @property
    def open_transports(self) -> int:
        return len(self._server_instances)

    async def _handle_stateful_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = endpoint_in(scope)
        if endpoint.opening is not None:
            await self._open(endpoint, endpoint.opening, scope, receive, send)
            return
        token = Request(scope).headers.get(MCP_SESSION_ID_HEADER)
        if token is None:
            text = "Mcp-Session-Id is missing: send initialize first, then its id with each request"
            await reject(HTTPStatus.BAD_REQUEST, text)(scope, receive, send)
            return
        if endpoint.protocol_session is None:
            count_failure(endpoint)
            await _not_found(scope, receive, send)
        elif scope["method"] == "DELETE":
            await self._end(token, endpoint.protocol_session, scope, receive, send)
        elif endpoint.message is not None and self._is_for_others(endpoint):
            session, message = endpoint.protocol_session, endpoint.message
            await self._send_on(endpoint, session, message, scope, receive, send)
        else:
            await self._continue(token, endpoint, scope, receive, send)

    async def _open(
        self,
        endpoint: Endpoint,
        opening: dict[str, Any],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Respond to `initialize` with a new token; ignore a stale id."""
        headers = [pair for pair in scope["headers"] if pair[0] != b"mcp-session-id"]
        scope = {**scope, "headers": headers}
        token = tokens.issue(audience=endpoint.audience, **handshake.kept(opening))
        endpoint.protocol_session = tokens.verify(token, audience=endpoint.audience)
        transport = await self._start(token, endpoint.protocol_session, restore=False)
        if transport is None:
            await too_many(scope, receive, send)
            return
        status = _Status(send)
        try:
            await transport.handle_request(scope, receive, status)
        finally:
            if not status.succeeded:
                await self._discard_session(token, transport)

    async def _continue(
        self, token: str, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send
    ) -> None:
        session = endpoint.protocol_session
        transport = self._server_instances.get(token)
        if transport is None and session is not None:
            if await _has_ended(session):
                await _not_found(scope, receive, send)
                return
            transport = await self._start(token, session, restore=True)
        if transport is None:
            await too_many(scope, receive, send)
            return
        if scope["method"] == "GET" and Request(scope).headers.get(LAST_EVENT_ID_HEADER):
            # Resumes the stream of a call, not the session's own.
            await transport.handle_request(scope, receive, send)
            return
        if transport.has_running(endpoint.request_id):
            # The SDK would mix up their responses.
            await _id_in_use(endpoint.request_id, scope, receive, send)
            return
        live = self.live.find(session.key) if session and scope["method"] == "GET" else None
        if session and live:  # else it has just ended, and the transport reports that
            await serve_get_stream(session, live, scope, receive, send)
            return
        send = _EndedSessionSend(endpoint, scope, receive, send)
        await transport.handle_request(scope, receive, send)
        if endpoint.protocol_session_ended:
            await self._discard_session(token, transport)

    def _is_for_others(self, endpoint: Endpoint) -> bool:
        message, session = endpoint.message or {}, endpoint.protocol_session
        live = self.live.find(session.key) if session else None
        return belongs_elsewhere(message) and not (live and live.concerns(message))

    async def _send_on(
        self,
        endpoint: Endpoint,
        session: ProtocolSession,
        message: dict[str, Any],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Forward a reply or a cancellation for a request that another process may serve."""
        if len(json.dumps(message)) > MAX_SENT_ON_BYTES:
            refusals.note(Limit.REQUEST_SIZE)
            text = f"A message to another process may have {MAX_SENT_ON_BYTES} bytes"
            await reject(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)(scope, receive, send)
            return
        try:
            await count_for_client(endpoint)
        except RateLimitedError as error:
            await too_fast(error)(scope, receive, send)
            return
        if await _has_ended(session):
            await _not_found(scope, receive, send)
            return
        await send_message(session.key, message)
        await reject(HTTPStatus.ACCEPTED, None)(scope, receive, send)

    async def _end(
        self, token: str, session: ProtocolSession, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve DELETE: end the session on every worker, for good."""
        transport = self._server_instances.get(token)
        if await _has_ended(session):
            await _not_found(scope, receive, send)
            return
        await database.run(protocol_session_end, session.key)
        await (await worker.current()).clients.left(session.key)
        await subscriptions.forget(session.key)
        if transport is not None:
            await self._discard_session(token, transport)
        await send_ended(session.key)
        await reject(HTTPStatus.OK, None)(scope, receive, send)

    async def _start(
        self, token: str, session: ProtocolSession | None, *, restore: bool
    ) -> SessionTransport | None:
        """Return the token's transport; start it if necessary.

        `restore`: the handshake took place earlier. None if this process has too many transports.
        """
        async with self._session_creation_lock:
            if token in self._server_instances:
                return self._server_instances[token]
            if len(self._server_instances) >= MAX_TRANSPORTS and not await self._make_room():
                logger.warning("too many protocol sessions are open in this process")
                return None
            new: type[SessionTransport] = import_string(settings.MCP_SESSION_TRANSPORT)
            transport = new(token, idle_timeout=TRANSPORT_IDLE_SECONDS)
            task_group: TaskGroup = self._task_group  # type: ignore[assignment] # run() sets it
            await task_group.start(self._run_transport, token, transport, session, restore)
            self._server_instances[token] = transport
            return transport

    async def _make_room(self) -> bool:
        """Evict the oldest idle transport; its token can restore it."""
        for token, transport in self._server_instances.items():
            if not transport._requests_in_flight:
                await self._discard_session(token, transport)
                return True
        return False

    async def _run_transport(
        self,
        token: str,
        transport: SessionTransport,
        session: ProtocolSession | None,
        restore: bool,  # noqa: FBT001 - task groups pass positional arguments only
        *,
        task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        async with transport.connect() as (read_stream, write_stream):
            dispatcher: JSONRPCDispatcher[TransportContext] = JSONRPCDispatcher(
                read_stream, write_stream, inline_methods=frozenset({"initialize"})
            )
            # If all workers counted from 1, they would accept each other's replies.
            dispatcher._next_id = secrets.randbelow(2**40)
            connection = Connection.for_loop(dispatcher, session_id=None)
            key = session.key if session else ""
            live = LiveSession(token, transport, dispatcher)
            if session is not None and restore:
                handshake.restore(connection, session)
            self.live.add(key, live)
            task_status.started()
            idle_scope = transport.idle_scope or anyio.CancelScope()
            try:
                with idle_scope:
                    await serve_connection(
                        self.app,
                        dispatcher,
                        connection=connection,
                        lifespan_state=self._lifespan_state,
                    )
            finally:
                self.live.remove(key, live)
                await self._discard_session(token, transport)


async def _has_ended(session: ProtocolSession) -> bool:
    """Return whether the client has ended the session, on any worker.

    Raises:
        StoreError: the database did not respond.
    """
    try:
        async with asyncio.timeout(LOOK_UP_WITHIN_SECONDS):
            return await database.run(protocol_session_ended, session.key)
    except TimeoutError:
        raise StoreUnavailableError from None


class _Status:
    """A `send` that remembers whether the request succeeded."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.succeeded = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.succeeded = message["status"] < HTTPStatus.BAD_REQUEST
        await self._send(message)


class _EndedSessionSend:
    """A `send` that responds 404 if the call finds its protocol session ended.

    The SDK starts its response before the call has read the database, so the start is held back
    until the first part of the body.
    """

    def __init__(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        self._endpoint = endpoint
        self._connection = (scope, receive)
        self._send = send
        self._start: Message | None = None
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            self._start = message
        elif self._endpoint.protocol_session_ended and not self._endpoint.head_sent:
            self._replaced = True
            await _not_found(*self._connection, self._send)
        else:
            if self._start is not None:
                start, self._start = self._start, None
                await self._send(start)
            await self._send(message)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    text = "Session not found: send initialize to start a new one"
    await reject(HTTPStatus.NOT_FOUND, text)(scope, receive, send)


async def _id_in_use(
    request_id: int | str | None, scope: Scope, receive: Receive, send: Send
) -> None:
    shown = str(request_id)[:100]
    text = f"The id {shown} is in use by a request in flight: give each request its own id"
    await reject(HTTPStatus.BAD_REQUEST, text)(scope, receive, send)
