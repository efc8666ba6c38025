"""The scene page, the creation of scenes from it, and invitations."""

import math
import secrets
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions_app.errors import CreationQuotaError, TooManySessionsError
from sessions_app.limits import failures
from sessions_app.limits.rates import RateLimitedError
from sessions_app.models import SceneSession
from sessions_app.pages.rendering import page_render
from sessions_app.pages.sign_in import principal_of, sign_in_required
from sessions_app.people.preferences import preferences_of
from sessions_app.people.principals import signed_in
from sessions_app.scene.document import STARTS
from sessions_app.sessions import finding, invitations
from sessions_app.sessions.invitations import invitation_use, scene_session_start
from sessions_app.web import clients, links, origins
from sessions_app.web.callers import caller_of, networks_of, public_origin_of
from sessions_app.web.qr_codes import qr_svg

CARD_TITLE = "Hello3D: talk to your AI, watch the scene build itself"
SCENE_DESCRIPTION = "A 3D scene that an AI and people build together: watch it, and join in."
# As `registerSession` takes it; a longer one is unknown like any other.
MAX_SHARE_LENGTH = 200


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the page of the scene that `sessionId` or a `share` names; else, how to get a scene.

    The response does not depend on whether the session exists; only the socket reports that. Of
    both, the share counts: it never opens more. Nobody has to sign in for it.
    """
    share = request.GET.get("share")
    if share is not None:
        return _page(request, None, share=share[:MAX_SHARE_LENGTH])
    return _own_page(request)


@sign_in_required(by_code=True)
def _own_page(request: HttpRequest) -> HttpResponse:
    return _page(request, links.find_edit_key(request.GET.get("sessionId", "")))


def _page(
    request: HttpRequest,
    edit_key: UUID | None,
    *,
    share: str | None = None,
    status: int = HTTPStatus.OK,
    refused: CreationQuotaError | TooManySessionsError | None = None,
    unknown_start: str | None = None,
) -> HttpResponse:
    public_origin = public_origin_of(request)
    link = links.browser_url(edit_key=edit_key, public_origin=public_origin)
    config = {
        "socketPath": f"{settings.ROOT_PATH}/ws/scene/",
        "joinPath": reverse("join"),
        "sessionId": str(edit_key) if edit_key else None,
        "share": share,
        "mcpBaseUrl": links.mcp_url(edit_key=None, public_origin=public_origin),
        "browserUrl": link,
        "csrfToken": get_token(request) if settings.MCP_ENABLE_MULTI_USER else None,
    }
    context = {
        "config": config,
        "is_home": edit_key is None and share is None,
        "card_title": CARD_TITLE,
        "shows_scene": edit_key is not None or share is not None,
        "by_share": share is not None,
        "signs_in": settings.MCP_ENABLE_MULTI_USER,
        "ways": clients.ways(
            links.mcp_url(edit_key=edit_key, public_origin=public_origin),
            signs_in=settings.MCP_ENABLE_MULTI_USER,
        ),
        "home_url": links.browser_url(edit_key=None, public_origin=public_origin),
        "asked_for": request.GET.get("sessionId"),
        "unknown_start": unknown_start,
        "limit": refused.limit if refused else None,
        "wait_minutes": math.ceil((refused.retry_after_seconds or 0) / 60) if refused else 0,
        "qr_code": qr_svg(link) if edit_key and not origins.is_loopback(link) else "",
    }
    title = "Hello3D"
    if context["shows_scene"]:
        name = finding.scene_name(edit_key, principal_of(request)) if edit_key else ""
        # Cards are for people who are sent the link, titles for those who are there.
        title = name or ("A 3D scene" if share else "Your scene")
        context |= {"card_title": name or "A 3D scene", "description": SCENE_DESCRIPTION}
    return page_render(request, "page.html", title, context, theme=_theme(request), status=status)


@require_safe
def camera(request: HttpRequest) -> HttpResponse:
    """Show the page with which the server's own browser draws; it holds nothing of anybody's."""
    return page_render(request, "camera.html", "Camera")


def _theme(request: HttpRequest) -> str:
    """Return the person's theme; empty follows their system."""
    return preferences_of(request.user.pk).theme if request.user.is_authenticated else ""


@require_POST
@sign_in_required()
def create_scene(request: HttpRequest) -> HttpResponse:
    """Create a scene and redirect to its page; at a limit, explain what to do.

    `start` says what it begins with: a studio if it is left out.
    """
    asked = request.POST.get("start", "studio")
    start = next((start for start in STARTS if start == asked), None)
    if start is None:
        return _page(request, None, status=HTTPStatus.BAD_REQUEST, unknown_start=asked)
    visitor = request.META.get("CSRF_COOKIE") or secrets.token_urlsafe()
    try:
        scene_session = scene_session_start(
            visitor,
            caller=caller_of(request),
            principal=signed_in(request.user),
            start=start,
        )
    except (CreationQuotaError, TooManySessionsError) as error:
        response = _page(request, None, status=HTTPStatus.TOO_MANY_REQUESTS, refused=error)
        if error.retry_after_seconds is not None:
            response["Retry-After"] = f"{error.retry_after_seconds:.0f}"
        return response
    return _to_scene(request, scene_session, status=HTTPStatus.FOUND)


def _to_scene(request: HttpRequest, scene_session: SceneSession, *, status: int) -> HttpResponse:
    """Respond to a form with its scene's page, which may be at another origin.

    For another origin, an intermediate page leads on: browsers apply CSP `form-action` to redirects
    as well, and their targets cannot all be listed.
    """
    public_origin = public_origin_of(request)
    link = links.browser_url(edit_key=scene_session.edit_key, public_origin=public_origin)
    if request.headers.get("origin") in (None, origins.browser_origin() or public_origin):
        return HttpResponseRedirect(link, status=status)
    context = {"link": link}
    theme = _theme(request)
    response = page_render(request, "leading_on.html", "Your scene opens", context, theme=theme)
    response["Location"] = link
    return response


def refuse_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that another site may have sent (CSRF); the log has the reason."""
    del reason
    public_origin, origin = public_origin_of(request), request.headers.get("origin")
    is_elsewhere = origin not in (None, "null", public_origin)
    elsewhere = links.home_url(public_origin) if is_elsewhere else ""
    return page_render(
        request,
        "form_refused.html",
        "This was not done",
        {"elsewhere": elsewhere},
        theme=_theme(request),
        status=HTTPStatus.FORBIDDEN,
    )


@require_safe
def mcp_page(request: HttpRequest, path_key: str = "") -> HttpResponse:
    """Explain the MCP URL to a person who opened it in a browser.

    Nothing is looked up, so the page does not reveal whether a scene has this key.
    """
    public_origin = public_origin_of(request)
    edit_key = links.find_edit_key(path_key)
    is_address = edit_key is not None or path_key == ""
    address = links.mcp_url(edit_key=edit_key, public_origin=public_origin)
    context = {
        "is_address": is_address,
        "edit_key": edit_key,
        "ways": clients.ways(address, signs_in=settings.MCP_ENABLE_MULTI_USER),
        "page_url": links.browser_url(edit_key=edit_key, public_origin=public_origin),
        "signs_in": settings.MCP_ENABLE_MULTI_USER,
    }
    title = "This address is for your AI client" if is_address else "This is no whole address"
    status = HTTPStatus.OK if is_address else HTTPStatus.NOT_FOUND
    theme = _theme(request)
    response = page_render(request, "mcp.html", title, context, theme=theme, status=status)
    response["Vary"] = "Accept"  # programs get another response
    return response


def _too_many_attempts(request: HttpRequest, error: RateLimitedError) -> HttpResponse:
    """Return the response to an address with too many wrong links and ids."""
    context = {"scene": None, "wait_seconds": math.ceil(error.retry_after_seconds or 1)}
    title, status = "Try again later", HTTPStatus.TOO_MANY_REQUESTS
    theme = _theme(request)
    response = page_render(request, "open.html", title, context, theme=theme, status=status)
    response["Retry-After"] = f"{error.retry_after_seconds:.0f}"
    return response


def _is_part_of_a_page(request: HttpRequest) -> bool:
    """Return whether a page loads this as an image, a frame or the like (Fetch Metadata).

    Otherwise any page could request wrong links on behalf of its visitors, until their addresses
    are blocked.
    """
    return request.headers.get("sec-fetch-dest", "document") != "document"


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required()
def open_invitation(request: HttpRequest, nonce: str) -> HttpResponse:
    """Ask the person whether to open an invitation's scene; POST opens it, once.

    A GET does not use it up, because clients and mail programs prefetch links.
    """
    if _is_part_of_a_page(request):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    networks = networks_of(request)
    try:
        failures.require_few(networks)
    except RateLimitedError as error:
        return _too_many_attempts(request, error)
    if request.method == "POST":
        scene_session = invitation_use(nonce, signed_in(request.user))
        if scene_session is not None:
            return _to_scene(request, scene_session, status=HTTPStatus.SEE_OTHER)
    invitation = invitations.invitation_find(nonce, signed_in(request.user))
    if invitation is None:
        failures.count(networks)
    scene = finding.scene_introduction(invitation.scene_session) if invitation else None
    title = "Open the 3D scene" if scene else "This link cannot be used"
    status = HTTPStatus.OK if scene else HTTPStatus.NOT_FOUND
    theme = _theme(request)
    return page_render(request, "open.html", title, {"scene": scene}, theme=theme, status=status)
