"""The page, and the way to a new scene from it."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from sessions_app import links, origins
from sessions_app.models import SceneSession
from sessions_app.services.scene_sessions import Caller, scene_session_open

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
    " img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


def _scope(request: HttpRequest) -> dict[str, Any]:
    scope: dict[str, Any] = request.scope  # type: ignore[attr-defined] # ASGIRequest has it
    return scope


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page of the scene that `sessionId` names; without one, the ways to a scene.

    Whether the session exists is told over the socket only: this answer is the same for all.
    """
    public_origin = origins.public_origin(_scope(request))
    edit_key = links.find_edit_key(request.GET.get("sessionId", ""))
    nonce = secrets.token_urlsafe(16)
    config = {
        "socketPath": "/ws/scene/",
        "sessionId": str(edit_key) if edit_key else None,
        "mcpUrl": links.mcp_url(edit_key=edit_key, public_origin=public_origin),
        "mcpBaseUrl": links.mcp_url(edit_key=None, public_origin=public_origin),
        "browserUrl": links.browser_url(edit_key=edit_key, public_origin=public_origin),
    }
    context = {"config": config, "csp_nonce": nonce, "asked_for": request.GET.get("sessionId")}
    response = render(request, "page.html", context)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(nonce=nonce)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def create_scene(request: HttpRequest) -> HttpResponse:
    """Make a scene and go to its page."""
    caller = Caller(
        remote_address=origins.client_address(_scope(request)),
        user_agent=request.headers.get("user-agent", ""),
    )
    scene_session = scene_session_open(opened_by=SceneSession.Origin.BROWSER, caller=caller)
    public_origin = origins.public_origin(_scope(request))
    link = links.browser_url(edit_key=scene_session.edit_key, public_origin=public_origin)
    return HttpResponseRedirect(link)
