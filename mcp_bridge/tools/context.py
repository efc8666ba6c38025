"""The endpoint's data about one request, passed to the tool that serves it."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from mcp.server.context import ServerRequestContext
from starlette.types import Scope

from sessions_app.people.principals import ANYONE, Principal

SCOPE_KEY = "hello3d.endpoint"

Context: TypeAlias = ServerRequestContext[Any, Any]


@dataclass(frozen=True, slots=True)
class ProtocolSession:
    """The contents of a valid token. `key` is its random part in hex, which names the binding.

    `capabilities` are the client's declared capabilities as bits (transport/handshake.py).
    """

    key: str
    issued_at: int
    protocol_version: str
    capabilities: int
    client_name: str
    client_version: str


@dataclass(slots=True)
class Endpoint:
    """One request to `/mcp` or `/mcp/<edit key>`, or all requests of a stdio process.

    `protocol_session` is set for a handshake-era request with a valid token; for stdio it stands
    for the process. A tool sets `protocol_session_ended` if the database has it ended; the response
    then becomes HTTP 404, unless its head was sent already.
    """

    path: str
    path_key: str | None
    public_origin: str
    remote_address: str | None
    user_agent: str
    principal: Principal = ANYONE
    request_id: int | str | None = None  # of a JSON-RPC request
    message: dict[str, Any] | None = None  # a JSON-RPC notification or response
    method: str = ""  # of a JSON-RPC request, or "GET"
    opening: dict[str, Any] | None = None  # the parameters of `initialize`
    protocol_session: ProtocolSession | None = None
    protocol_session_ended: bool = False
    tool_groups: frozenset[str] = frozenset()  # that the address asks for
    takes_events: bool = True  # the client accepts event streams, and with them questions
    head_sent: bool = False
    answers_alone: bool = False  # nothing is sent to the client before the response, or asked of it
    began: float | None = None  # when the HTTP request was complete, by time.perf_counter

    @property
    def is_stream(self) -> bool:
        """Whether the response is a stream that lasts as long as the client listens."""
        return self.method in ("GET", "subscriptions/listen")

    @property
    def audience(self) -> str:
        """The audience of a protocol session's token: this path and the user, or anyone."""
        return f"{self.path}|{self.principal_name or 'anonymous'}"

    @property
    def principal_name(self) -> str | None:
        """A unique name of the principal; None if nobody is signed in."""
        user_id = self.principal.user_id
        return f"user {user_id}" if user_id is not None else None


def endpoint_in(scope: Scope) -> Endpoint:
    """Return the endpoint of an HTTP request."""
    endpoint: Endpoint = scope[SCOPE_KEY]
    return endpoint


def endpoint_of(context: Context) -> Endpoint:
    """Return the endpoint of a request: of its HTTP request, or of the stdio process."""
    if context.request is not None:
        return endpoint_in(context.request.scope)
    endpoint: Endpoint = context.lifespan_context
    return endpoint
