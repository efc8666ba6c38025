"""Relays an MCP client's messages between standard input and output and a running server."""

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

import anyio
import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_NAME_HEADER,
    MCP_PROTOCOL_VERSION_HEADER,
    NAME_BEARING_METHODS,
    encode_header_value,
)
from mcp.shared.message import ClientMessageMetadata, SessionMessage
from mcp_types import (
    INTERNAL_ERROR,
    PROTOCOL_VERSION_META_KEY,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)

from mcp_bridge.stdio.process import signals_ending
from mcp_bridge.stdio.streams import StandardStreams, client_streams

logger = logging.getLogger(__name__)

# A live server sends something on each stream every 15 s, and ends each call within 25 s.
TIMEOUT = httpx2.Timeout(10, read=60)
GOODBYE_WITHIN_SECONDS = 1
CONNECT_WITHIN_SECONDS = 10
CANNOT_CONNECT = (httpx2.ConnectError, httpx2.ConnectTimeout)
_EVENT_STREAM = "text/event-stream"


class NobodyServesError(Exception):
    """No server is running, and none can be started; the message says what to do."""


class Servers(Protocol):
    """Finds the server before each message, because its process may have ended."""

    async def origin(self) -> str:
        """Return the server's origin; start one if necessary. Raises `NobodyServesError`."""

    def known_origin(self) -> str:
        """Return the origin of a running server, empty if there is none."""


async def relay(
    streams: StandardStreams, url: str, *, token: str = "", servers: Servers | None = None
) -> None:
    """Relay messages of either era both ways until the client closes its end.

    Args:
        streams: the client's.
        url: the server's MCP URL.
        token: a bearer token to send, if the server requires one.
        servers: resolves the current origin before each message.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    stamps = _Stamps()
    with signals_ending(streams.lines):
        async with (
            _HttpClient(servers, timeout=TIMEOUT, headers=headers) as http,
            client_streams(streams) as (from_client, to_client),
            to_client,
            streamable_http_client(url, http_client=http) as (from_server, to_server),
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(_bring_back, from_server, to_client, stamps)
            async for message in from_client:
                await to_server.send(stamps.stamp(message))
            tasks.cancel_scope.cancel()


async def _bring_back(from_server: Any, to_client: Any, stamps: "_Stamps") -> None:
    async for message in from_server:
        if isinstance(message, SessionMessage):  # else a stream's content that was no message
            stamps.note(message)
            await to_client.send(message)


class _Stamps:
    """Adds the headers that messages need over HTTP but not on stdio.

    MCP 2026-07-28, basic/transports, request metadata; 2025-11-25, protocol version header.
    """

    def __init__(self) -> None:
        self._handshake: int | str | None = None  # the id of `initialize`
        self._version: str | None = None  # negotiated by the handshake

    def stamp(self, message: SessionMessage) -> SessionMessage:
        """Return the client's message with its headers."""
        body = message.message
        headers: dict[str, str] = {}
        if isinstance(body, JSONRPCRequest | JSONRPCNotification):
            headers = self._headers(body.method, body.params or {})
        if isinstance(body, JSONRPCRequest) and body.method == "initialize":
            self._handshake = body.id
        return SessionMessage(body, metadata=ClientMessageMetadata(headers=headers))

    def note(self, message: SessionMessage) -> None:
        """Remember the version in the server's response to `initialize`."""
        body = message.message
        if isinstance(body, JSONRPCResponse) and body.id == self._handshake:
            version = body.result.get("protocolVersion")
            self._version = version if isinstance(version, str) else None
            self._handshake = None

    def _headers(self, method: str, params: dict[str, Any]) -> dict[str, str]:
        meta = params.get("_meta")
        version = meta.get(PROTOCOL_VERSION_META_KEY) if isinstance(meta, dict) else None
        if not isinstance(version, str):
            return {MCP_PROTOCOL_VERSION_HEADER: self._version} if self._version else {}
        headers = {MCP_PROTOCOL_VERSION_HEADER: version, MCP_METHOD_HEADER: method}
        name = params.get(NAME_BEARING_METHODS.get(method, ""))
        if isinstance(name, str):
            headers[MCP_NAME_HEADER] = name
        return {key: encode_header_value(value) for key, value in headers.items()}


class _HttpClient(httpx2.AsyncClient):
    """Turns transport errors into responses, which the SDK passes on to the client.

    An exception would end the SDK's transport and all later calls.
    """

    def __init__(self, servers: Servers | None, **options: Any) -> None:
        # Proxies from the client's environment do not apply to a server on this machine.
        super().__init__(trust_env=servers is None, **options)
        self._servers = servers

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        goodbye = GOODBYE_WITHIN_SECONDS if request.method == "DELETE" else None
        try:
            async with asyncio.timeout(goodbye):
                response = await self._exchange(request, **options)
                if not response.headers.get("content-type", "").startswith(_EVENT_STREAM):
                    await response.aread()  # raises if the connection breaks midway
        except NobodyServesError as error:
            return _error(request, HTTPStatus.BAD_GATEWAY, str(error))
        except (httpx2.TransportError, TimeoutError) as error:
            return _failed(request, HTTPStatus.BAD_GATEWAY, _reason(error))
        if response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        return response if _is_mcp_error(response) else _failed(request, response.status_code)

    async def _exchange(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        if self._servers is None:
            return await super().send(request, **options)
        if request.method == "DELETE":
            origin = self._servers.known_origin()
            if not origin:
                return httpx2.Response(HTTPStatus.OK, request=request)
            return await super().send(_moved(request, origin), **options)
        end = time.monotonic() + CONNECT_WITHIN_SECONDS
        while True:
            origin = await self._servers.origin()
            try:
                return await super().send(_moved(request, origin), **options)
            except CANNOT_CONNECT:
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(0.1)  # its process is ending; another one takes over soon


def _moved(request: httpx2.Request, origin: str) -> httpx2.Request:
    """Return the request, redirected to the server at this origin."""
    own = httpx2.URL(origin)
    return httpx2.Request(
        request.method,
        request.url.copy_with(scheme=own.scheme, host=own.host, port=own.port),
        headers={**request.headers, "host": own.netloc.decode()},
        content=request.content,
        extensions=request.extensions,
    )


def _is_mcp_error(response: httpx2.Response) -> bool:
    """Return whether the response is an MCP server's own error."""
    try:
        message = response.json()
    except ValueError:
        return False
    is_error = isinstance(message, dict) and isinstance(message.get("error"), dict)
    if is_error and response.request.method == "POST":
        logger.warning("The server refused a message (HTTP %d).", response.status_code)
    return is_error


def _reason(error: Exception) -> str:
    details = str(error) or type(error).__name__
    if isinstance(error, CANNOT_CONNECT):
        return f"cannot be reached ({details})"
    return f"did not answer ({details}), so what was asked of it may have been done"


def _failed(request: httpx2.Request, status: int, what: str = "") -> httpx2.Response:
    """Return our own error; of the URL it shows only the origin, without the edit key."""
    parts = urlsplit(str(request.url))
    what = what or f"answered HTTP {status}, and not as an MCP server does"
    text = (
        f"The server at {parts.scheme}://{parts.netloc} {what}."
        " Is it running, and does the address end in /mcp?"
    )
    return _error(request, status, text)


def _error(request: httpx2.Request, status: int, text: str) -> httpx2.Response:
    if request.method == "POST":
        logger.error(text)
    error = {"code": INTERNAL_ERROR, "message": text}
    return httpx2.Response(
        status, json={"jsonrpc": "2.0", "id": None, "error": error}, request=request
    )
