"""The SDK's transport of a protocol session, without responses to cancelled requests.

Streams cannot be resumed; a client whose connection breaks calls again.

This relies on private parts of the SDK's transport (mcp 2.3): `_create_session_message`,
`_create_json_response`, `_replay_events`, `_create_event_data`,
`_request_streams`, `_terminate_unanswered_request`, `_write_stream`; and on its writer, which ends
a connection after a response.
"""

from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from mcp.server.streamable_http import EventMessage, StreamableHTTPServerTransport
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp_types import JSONRPCMessage, JSONRPCRequest, JSONRPCResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from mcp_bridge.tools.context import endpoint_in
from mcp_bridge.transport.rejections import reject

# Whether the request of this task is answered by its response alone (`Endpoint.answers_alone`).
answers_alone: ContextVar[bool] = ContextVar("answers_alone", default=False)


class _Silence(JSONRPCResponse):
    """Ends the connection of a cancelled request; never sent as a message."""


class SessionTransport(StreamableHTTPServerTransport):
    """Serves one protocol session in this process."""

    def __init__(self, token: str, *, idle_timeout: float, **options: Any) -> None:
        super().__init__(mcp_session_id=token, idle_timeout=idle_timeout, **options)

    @property
    def is_json_response_enabled(self) -> bool:
        """Whether the request of this task is answered by its response alone, as JSON.

        An event stream of one event costs a quarter of the call.
        """
        return answers_alone.get()

    @is_json_response_enabled.setter
    def is_json_response_enabled(self, _: bool) -> None:
        """The SDK has one form for all requests of a transport."""

    def _create_json_response(
        self,
        response_message: JSONRPCMessage | None,
        status_code: HTTPStatus = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
    ) -> Response:
        if isinstance(response_message, _Silence):
            return super()._create_json_response(None, HTTPStatus.ACCEPTED, headers)
        return super()._create_json_response(response_message, status_code, headers)

    def has_running(self, request_id: int | str | None) -> bool:
        """Return whether a request with this id is in flight."""
        return str(request_id) in self._request_streams

    def _create_session_message(
        self, message: JSONRPCRequest, request: Request, request_id: Any, protocol_version: str
    ) -> SessionMessage:
        created = super()._create_session_message(message, request, request_id, protocol_version)
        metadata = created.metadata
        if (
            isinstance(metadata, ServerMessageMetadata)
            and not endpoint_in(request.scope).takes_events
        ):
            metadata.can_send_request = False  # no stream to send it on
        return created

    async def _terminate_unanswered_request(self, request_id: Any) -> None:
        """End the connection of a cancelled request, after the messages already sent on it.

        MCP 2025-11-25, basic/utilities/cancellation: no response is sent for it.
        """
        if self._write_stream is not None:
            end = _Silence(jsonrpc="2.0", id=request_id, result={})
            await self._write_stream.send(SessionMessage(end))

    def _create_event_data(self, event_message: EventMessage) -> dict[str, Any]:
        if isinstance(event_message.message, _Silence):
            return {"comment": "cancelled"}
        return super()._create_event_data(event_message)

    async def _replay_events(self, last_event_id: str, request: Request, send: Send) -> None:
        """Refuse to resume a stream; the SDK would not respond at all."""
        if self._event_store is not None:
            await super()._replay_events(last_event_id, request, send)
            return
        text = "No stream has that Last-Event-ID here: call the tool again"
        await reject(HTTPStatus.BAD_REQUEST, text)(request.scope, request.receive, send)
