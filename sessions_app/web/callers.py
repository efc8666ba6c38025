"""Describes the sender of a Django request from its connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from sessions_app.limits.networks import Networks
from sessions_app.web import origins


@dataclass(frozen=True, slots=True)
class Caller:
    """The client that opens a session or calls a tool, as its connection shows it.

    `client_details` is what a client declares beside its name and version.
    """

    remote_address: str | None = None
    user_agent: str = ""
    client_name: str = ""
    client_version: str = ""
    protocol_version: str = ""
    client_details: Mapping[str, str] = field(default_factory=dict)


def scope_of(request: HttpRequest) -> origins.Scope:
    """Return the request's ASGI scope; an empty one for Django's own test client."""
    scope: origins.Scope = getattr(request, "scope", {"headers": []})
    return scope


def caller_of(request: HttpRequest) -> Caller:
    return Caller(
        remote_address=origins.client_address(scope_of(request)),
        user_agent=request.headers.get("user-agent", ""),
    )


def networks_of(request: HttpRequest) -> Networks:
    """Return the networks that limits count the request with; empty for an uncounted address."""
    return origins.networks_of(origins.client_address(scope_of(request)))


def public_origin_of(request: HttpRequest) -> str:
    return origins.public_origin(scope_of(request))
