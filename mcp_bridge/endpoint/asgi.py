"""The MCP endpoint as an ASGI application: validates requests, then passes them to the SDK."""

import asyncio
import logging
import time
from codecs import BOM_UTF8
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from mcp_bridge.endpoint.addresses import read_endpoint
from mcp_bridge.endpoint.server import build_server
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.context import SCOPE_KEY, Endpoint
from mcp_bridge.tools.registry import ToolRegistry
from mcp_bridge.transport import cors, counting, handshake, negotiation, tokens, versions
from mcp_bridge.transport.authentication import NotSignedInError, bearer_of
from mcp_bridge.transport.messages import MAX_BYTES_OF_MANY_ITEMS, MessageError, read_message
from mcp_bridge.transport.protocol_sessions import DurableSessionManager
from mcp_bridge.transport.rejections import RejectedError, not_now, reject, unread
from mcp_bridge.transport.signed_requests import SignedRequest
from sessions_app.errors import RESTARTED_AFTER_SECONDS, StoreError
from sessions_app.people.bearers import Bearer
from sessions_app.web import origins
from sessions_app.web.bodies import BodyRefusedError, IncomingBody
from sessions_app.workers import worker
from sessions_app.workers.in_flight import InFlight

logger = logging.getLogger(__name__)

_MAY_BE_EMPTY = frozenset({
    b"accept", b"content-encoding", b"mcp-method", b"mcp-name", versions.HEADER,
})  # fmt: skip
# The methods of each era; HEAD cannot request an event stream.
_METHODS, _METHODS_WITHOUT_HANDSHAKE = ("GET", "POST", "DELETE"), ("POST",)


class McpEndpoint:
    """Serves both eras at `/mcp` and `/mcp/<edit key>`."""

    def __init__(self, tools: ToolRegistry = TOOLS) -> None:
        """Create the endpoint; `tools` determine how large a message may be."""
        self._tools = tools
        self._running: WeakKeyDictionary[asyncio.AbstractEventLoop, _Running] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = origins.client_address(scope)
        networks = origins.networks_of(address)
        send = counting.counting_refusals(networks, cors.readable(scope, send))
        scope = _without_outer_whitespace(scope)
        try:
            counting.require_few_failures(networks)
            _check_sender(scope)
            _answer_preflight(scope)
            _check_method(scope)
            endpoint = read_endpoint(scope, address)
            bearer = await _authenticate(scope, endpoint)
            accepted = _check_accept(scope)
            body = b""
            if scope["method"] == "POST":
                body = await _read_body(scope, receive)
                message = _read_message(body, scope, endpoint, self._tools)
            _read_session(scope, endpoint)
            if body:
                endpoint.answers_alone = _answers_alone(message, endpoint, self._tools)
            _check_stream(endpoint, accepted)
            _check_time(endpoint)
            await counting.count(endpoint, networks)
            running = self._here()
            manager = await running.ready()
        except RejectedError as rejected:
            await rejected.response(scope, receive, send)
            return
        except StoreError as away:  # while looking up the sender
            await not_now(away.message, away.retry_after_seconds)(scope, receive, send)
            return
        endpoint.takes_events = accepted.events
        endpoint.began = time.perf_counter()
        scope, receive = _as_expected(scope, endpoint), _replay(body, receive)
        answer = negotiation.response_sender(endpoint, accepted, send)
        try:
            if endpoint.is_stream:  # it ends when the server does
                await _serve(manager, bearer, scope, receive, answer)
                return
            with running.in_flight.track():
                await _serve(manager, bearer, scope, receive, answer)
        finally:
            answer.close()

    async def started(self) -> DurableSessionManager:
        """Return the session manager of the running event loop; start it if necessary."""
        return await self._here().ready()

    def _here(self) -> "_Running":
        loop = asyncio.get_running_loop()
        running = self._running.get(loop)
        if running is None or running.failed:
            running = self._running[loop] = _Running()
        return running

    async def all_answered(self, *, within_seconds: float) -> bool:
        """Wait until all requests except streams are done; return False if that takes too long."""
        return await self._here().in_flight.wait_for_none(within_seconds=within_seconds)

    async def stop(self) -> None:
        """Stop the protocol sessions of the running event loop; their tokens stay valid."""
        running = self._running.pop(asyncio.get_running_loop(), None)
        if running is not None:
            await running.stop()


async def _serve(
    manager: DurableSessionManager,
    bearer: Bearer | None,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Serve a request; with sign-in, only for as long as its sender is signed in."""
    if bearer is None:
        await manager.serve(scope, receive, send)
        return
    sign_ins = (await worker.current()).sign_ins
    request = SignedRequest(bearer, send)
    sign_ins.add(request)
    try:
        with request.scope:
            await manager.serve(scope, receive, request.send)
    finally:
        sign_ins.remove(request)
    await request.finish()


class _Running:
    """A session manager in its own task, because what a request starts must outlive it."""

    def __init__(self) -> None:
        self._manager: asyncio.Future[DurableSessionManager] = asyncio.Future()
        self.in_flight = InFlight()
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="protocol sessions")

    @property
    def failed(self) -> bool:
        """Whether the manager could not start."""
        return self._manager.done() and self._manager.exception() is not None

    async def ready(self) -> DurableSessionManager:
        """Return the session manager once it is running.

        Raises:
            RejectedError: it cannot start, because a store is down.
        """
        try:
            return await asyncio.shield(self._manager)
        except Exception as error:
            text = f"The server cannot start yet: send this again in {RESTARTED_AFTER_SECONDS} s"
            raise RejectedError(not_now(text, RESTARTED_AFTER_SECONDS)) from error

    async def _run(self) -> None:
        manager = DurableSessionManager(build_server())
        try:
            channel = (await worker.current()).channel
        except Exception as error:
            logger.exception("the MCP endpoint cannot start yet")
            self._manager.set_exception(error)
            return
        async with manager.run():
            manager.listen(channel)
            self._manager.set_result(manager)
            await self._stopping.wait()

    async def stop(self) -> None:
        self._stopping.set()
        await self._task


def _without_outer_whitespace(scope: Scope) -> Scope:
    """Trim header values as RFC 9110, section 5.5, requires; not every server does.

    An empty value of an optional header counts as absent.
    """
    trimmed = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
    kept = [pair for pair in trimmed if pair[1] or pair[0] not in _MAY_BE_EMPTY]
    return {**scope, "headers": kept}


def _check_sender(scope: Scope) -> None:
    """Refuse foreign host names (DNS rebinding) and pages of other origins."""
    if not origins.is_host_allowed(origins.header(scope["headers"], b"host")):
        text = "This server does not answer to that host name"
        raise RejectedError(reject(HTTPStatus.MISDIRECTED_REQUEST, text))
    origin = origins.header(scope["headers"], b"origin")
    public_origin = origins.public_origin(scope)
    if origin is not None and not origins.is_origin_allowed(origin, public_origin=public_origin):
        text = "Pages of that origin may not use this endpoint"
        raise RejectedError(reject(HTTPStatus.FORBIDDEN, text))


def _answer_preflight(scope: Scope) -> None:
    answer = cors.preflight(scope)
    if answer is not None:
        raise RejectedError(answer)


def _check_method(scope: Scope) -> None:
    """Refuse unsupported methods (RFC 9110, section 15.5.6) and protocol versions."""
    version, method = versions.header_version(scope), scope["method"]
    allowed = _METHODS_WITHOUT_HANDSHAKE if version in MODERN_PROTOCOL_VERSIONS else _METHODS
    if method not in allowed:
        text = f"{method} is not served here, but {', '.join(allowed)}"
        headers = {"Allow": ", ".join(allowed)}
        raise RejectedError(reject(HTTPStatus.METHOD_NOT_ALLOWED, text, headers=headers))
    refusal = versions.refusal(None, scope) if method != "POST" else None
    if refusal is not None:
        raise RejectedError(refusal)


def _check_accept(scope: Scope) -> negotiation.Accepted:
    """Refuse clients that accept neither form of response (RFC 9110, section 15.5.7)."""
    accepted = negotiation.accepted(scope)
    if scope["method"] != "DELETE" and not any(accepted):
        raise RejectedError(_not_acceptable("neither application/json nor text/event-stream"))
    return accepted


def _check_stream(endpoint: Endpoint, accepted: negotiation.Accepted) -> None:
    """Refuse streams to clients that accept JSON only, because a stream has no final response."""
    if endpoint.is_stream and not accepted.events:
        raise RejectedError(_not_acceptable("no text/event-stream", endpoint.request_id))


def _not_acceptable(lacks: str, request_id: int | str | None = None) -> Response:
    text = f"The header Accept admits {lacks}: send application/json, text/event-stream"
    return reject(HTTPStatus.NOT_ACCEPTABLE, text, request_id=request_id)


def _as_expected(scope: Scope, endpoint: Endpoint) -> Scope:
    """Return the request with the headers that the SDK requires beyond RFC 9110."""
    left_out = {b"accept", b"content-type"}
    if endpoint.opening is not None:
        left_out.add(versions.HEADER)
    headers = [pair for pair in scope["headers"] if pair[0] not in left_out]
    headers += [(b"accept", negotiation.BOTH), (b"content-type", negotiation.JSON.encode())]
    return {**scope, "headers": headers, SCOPE_KEY: endpoint}


async def _authenticate(scope: Scope, endpoint: Endpoint) -> Bearer | None:
    try:
        bearer = await bearer_of(scope)
    except NotSignedInError as refused:
        raise RejectedError(refused.response) from None
    if bearer is not None:
        endpoint.principal = bearer.principal
    return bearer


def _check_time(endpoint: Endpoint) -> None:
    """Refuse new work while the process is draining.

    Requests that running calls need still pass: replies, cancellations, and the list of tools, by
    which clients check results. On 503 a proxy may try another process. The client's protocol
    session stays valid, and any process serves its next request.
    """
    begins = endpoint.is_stream or endpoint.method in ("initialize", "tools/call")
    if begins and worker.is_draining():
        text = f"The server restarts: send this again in {RESTARTED_AFTER_SECONDS} s"
        raise RejectedError(not_now(text, RESTARTED_AFTER_SECONDS))


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    content_type = origins.header(scope["headers"], b"content-type") or ""
    if content_type.split(";")[0].strip().lower() != negotiation.JSON:
        text = "The body must be application/json"
        raise RejectedError(reject(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text))
    encoding = origins.header(scope["headers"], b"content-encoding") or ""
    if {part.strip().lower() for part in encoding.split(",")} - {"", "identity"}:
        text = f"The body must not be encoded (Content-Encoding: {encoding[:40]}): send it as it is"
        headers = {"Accept-Encoding": "identity"}
        raise RejectedError(reject(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text, headers=headers))
    whole = bytearray()
    with IncomingBody(scope, receive, most=MAX_BYTES_OF_MANY_ITEMS) as body:
        while not body.is_whole:
            try:
                message = await body.receive()
            except BodyRefusedError as refused:
                raise RejectedError(unread(refused.refusal)) from None
            if message["type"] != "http.request":
                raise RejectedError(reject(HTTPStatus.BAD_REQUEST, "The body did not arrive whole"))
            whole += message.get("body", b"")
    # RFC 8259, section 8.1: a byte order mark must not be sent, and may be ignored.
    return bytes(whole).removeprefix(BOM_UTF8)


def _read_message(
    body: bytes, scope: Scope, endpoint: Endpoint, tools: ToolRegistry
) -> dict[str, Any]:
    """Refuse anything but one valid JSON-RPC message; record its id and `initialize`."""
    try:
        message = read_message(body, tools=tools)
    except MessageError as error:
        answer = reject(error.status, error.text, code=error.code, request_id=error.request_id)
        raise RejectedError(answer) from None
    if "method" in message and "id" in message:
        endpoint.request_id = message["id"]
        endpoint.method = message["method"]
    else:
        endpoint.message = message
    if versions.opens_handshake(message, scope):
        endpoint.opening = message.get("params") or {}
        return message
    refusal = versions.refusal(message, scope)
    if refusal is not None:
        raise RejectedError(refusal)
    return message


def _answers_alone(message: dict[str, Any], endpoint: Endpoint, tools: ToolRegistry) -> bool:
    """Whether a call needs no stream of events beside its response."""
    session, params = endpoint.protocol_session, message.get("params")
    if endpoint.method != "tools/call" or not isinstance(params, dict):
        return False
    name, meta = params.get("name"), params.get("_meta")
    tool = tools.find(name) if isinstance(name, str) else None
    if tool is None:
        return False
    reports = tool.follow_up is not None and isinstance(meta, dict) and "progressToken" in meta
    # Since 2026-07-28 a question is a response.
    asks = session is not None and tool.operation is not None and handshake.opens_links(session)
    return not (reports or asks)


def _read_session(scope: Scope, endpoint: Endpoint) -> None:
    """Record the request's protocol session, if its token is valid."""
    token = origins.header(scope["headers"], b"mcp-session-id")
    is_modern = versions.header_version(scope) in MODERN_PROTOCOL_VERSIONS
    if token is not None and endpoint.opening is None and not is_modern:
        endpoint.protocol_session = tokens.verify(token, audience=endpoint.audience)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that replays the body already read, then continues."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
