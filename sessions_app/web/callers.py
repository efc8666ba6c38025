"""What the connection of a request to Django tells: who sends it, and how it reached us."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from sessions_app.limits.networks import Networks
from sessions_app.web import origins


@dataclass(frozen=True, slots=True)
class Caller:
    """Who opens a session or calls a tool, as far as the connection tells.

    `client_details` is what a client says of itself beside its name and version.
    """

    remote_address: str | None = None
    user_agent: str = ""
    client_name: str = ""
    client_version: str = ""
    protocol_version: str = ""
    client_details: Mapping[str, str] = field(default_factory=dict)


def scope_of(request: HttpRequest) -> origins.Scope:
    """The ASGI scope that the request came with; an empty one for Django's own test client."""
    scope: origins.Scope = getattr(request, "scope", {"headers": []})
    return scope


def caller_of(request: HttpRequest) -> Caller:
    return Caller(
        remote_address=origins.client_address(scope_of(request)),
        user_agent=request.headers.get("user-agent", ""),
    )


def networks_of(request: HttpRequest) -> Networks:
    """What limits per address count the request with; empty where its address is not counted."""
    return origins.networks_of(origins.client_address(scope_of(request)))


def public_origin_of(request: HttpRequest) -> str:
    return origins.public_origin(scope_of(request))
