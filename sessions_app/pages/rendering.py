"""Renders the pages for people, each with a head of its own, the person's theme and a policy."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from sessions_app.web import links
from sessions_app.web.callers import public_origin_of
from sessions_app.web.content_security import set_policy

DESCRIPTION = "Talk to your AI, watch the 3D scene build itself."


def page_render(
    request: HttpRequest,
    template: str,
    title: str,
    context: Mapping[str, Any] | None = None,
    *,
    theme: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page; it uses no database.

    Args:
        request: the request.
        template: its name.
        title: of the page, without the program's name.
        context: the template's own values; `description`, `card_title` and `is_home` are for its
            head (`templates/head.html`).
        theme: what the person prefers; empty follows their system.
        status: of the response.
    """
    nonce = secrets.token_urlsafe(16)
    values = {**head_of(request, title), "theme": theme, "csp_nonce": nonce, **(context or {})}
    response = render(request, template, values, status=status)
    set_policy(response, nonce)
    return response


def head_of(request: HttpRequest, title: str) -> dict[str, Any]:
    """Return what `templates/head.html` needs, but for the nonce of its script."""
    public_origin = public_origin_of(request)
    return {
        "title": title,
        "description": DESCRIPTION,
        "home_url": f"{links.home_url(public_origin)}/",
        "card_picture": urljoin(public_origin, static("img/card.jpg")),
    }
