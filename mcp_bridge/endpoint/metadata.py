"""Serves the protected resource metadata of `/mcp` (RFC 9728): where clients get a token."""

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.web import links
from sessions_app.web.callers import public_origin_of


@require_safe
def protected_resource(request: HttpRequest) -> JsonResponse:
    """Return the metadata of `/mcp`; 404 without an authorization server."""
    if not (settings.MCP_ENABLE_MULTI_USER and settings.MCP_AUTHORIZATION_SERVERS):
        raise Http404
    metadata = {
        "resource": links.mcp_url(edit_key=None, public_origin=public_origin_of(request)),
        "resource_name": "Hello3D",
        "authorization_servers": settings.MCP_AUTHORIZATION_SERVERS,
        "bearer_methods_supported": ["header"],
    }
    response = JsonResponse(metadata)
    response["Access-Control-Allow-Origin"] = "*"  # public, also for clients in a browser
    return response
