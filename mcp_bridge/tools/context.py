"""What the endpoint knows of one request, carried to the tool that serves it."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from mcp.server.context import ServerRequestContext
from starlette.types import Scope

from sessions_app.people.principals import ANYONE, Principal

SCOPE_KEY = "hello3d.endpoint"

Context: TypeAlias = ServerRequestContext[Any, Any]


@dataclass(frozen=True, slots=True)
class ProtocolSession:
    """What a valid token says. `key` is the random part, in hexadecimal: the binding's name.

    `capabilities` are the bits of what the client declared, as the endpoint numbers them.
    """

    key: str
    issued_at: int
    protocol_version: str
    capabilities: int
    client_name: str
    client_version: str


@dataclass(slots=True)
class Endpoint:
    """One request to `/mcp` or `/mcp/<edit key>`, or everything that a stdio process is asked.

    `protocol_session` is set for a handshake-era request with a valid token; for stdio it stands
    for the process. A tool sets `protocol_session_ended` when the database says so: the answer then
    becomes HTTP 404, unless its head has been sent before.
    """

    path: str
    path_key: str | None
    public_origin: str
    remote_address: str | None
    user_agent: str
    principal: Principal = ANYONE
    request_id: int | str | None = None  # of a JSON-RPC request
    message: dict[str, Any] | None = None  # a JSON-RPC notification or response
    method: str = ""  # of a JSON-RPC request; of HTTP where that is GET
    opening: dict[str, Any] | None = None  # the parameters of `initialize`
    protocol_session: ProtocolSession | None = None
    protocol_session_ended: bool = False
    takes_events: bool = True  # the client accepts event streams, and with them questions
    head_sent: bool = False
    answers_alone: bool = False  # nothing is sent to the client before the response, or asked of it
    began: float | None = None  # when an HTTP request had come whole, by time.perf_counter

    @property
    def is_stream(self) -> bool:
        """Whether it is answered by what happens, for as long as the client listens."""
        return self.method in ("GET", "subscriptions/listen")

    @property
    def audience(self) -> str:
        """Whom a protocol session's token is for: this path and who is signed in, or anyone."""
        return f"{self.path}|{self.principal_name or 'anonymous'}"

    @property
    def principal_name(self) -> str | None:
        """What tells this principal from every other; None where nobody is signed in."""
        user_id = self.principal.user_id
        return f"user {user_id}" if user_id is not None else None


def endpoint_in(scope: Scope) -> Endpoint:
    """The endpoint that an HTTP request came to."""
    endpoint: Endpoint = scope[SCOPE_KEY]
    return endpoint


def endpoint_of(context: Context) -> Endpoint:
    """The endpoint that a request came to: of its HTTP request, or of the whole stdio process."""
    if context.request is not None:
        return endpoint_in(context.request.scope)
    endpoint: Endpoint = context.lifespan_context
    return endpoint
