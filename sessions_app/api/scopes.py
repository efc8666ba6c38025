"""What the connection of a request tells."""

from rest_framework.request import Request

from sessions_app import origins
from sessions_app.services.scene_sessions import Caller


def scope_of(request: Request) -> origins.Scope:
    """The ASGI scope that the request came with."""
    scope: origins.Scope = request._request.scope  # type: ignore[attr-defined] # ASGIRequest has it
    return scope


def caller_of(request: Request) -> Caller:
    return Caller(
        remote_address=origins.client_address(scope_of(request)),
        user_agent=request.headers.get("user-agent", ""),
    )


def counted_as(request: Request) -> str:
    """The address as limits count it; empty where it is not counted."""
    return origins.counted_as(origins.client_address(scope_of(request)))


def public_origin_of(request: Request) -> str:
    return origins.public_origin(scope_of(request))
