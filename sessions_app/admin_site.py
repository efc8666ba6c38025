"""The admin's site: its front page is the live overview, with the lists of records below it."""

import secrets
from collections import defaultdict
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from sessions_app import links, origins, overview, staff_protocol
from sessions_app.content_security import guard
from sessions_app.selectors.overview import STATES, SessionsView, call_rows, sessions_page

SOCKET_PATH = "/ws/staff/"
FIRST_CALLS = 50


class StaffSite(AdminSite):
    site_header = site_title = "Hello3D"
    index_title = "Overview"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The overview as it stands; the page goes on from there over its socket."""
        nonce = secrets.token_urlsafe(16)
        scope = getattr(request, "scope", {"headers": []})  # Django's test client has none
        public_origin = origins.public_origin(scope)
        context = {
            "csp_nonce": nonce,
            "mcp_url": links.mcp_url(edit_key=None, public_origin=public_origin),
            **_first_state(staff_protocol.view_of(request.GET.dict())),
            **(extra_context or {}),
        }
        response = super().index(request, context)
        guard(response, nonce)
        return response


def _first_state(view: SessionsView) -> dict[str, Any]:
    now = overview.overview()
    page = sessions_page(view)
    calls = [staff_protocol.call_row(row) for row in call_rows()[:FIRST_CALLS]]
    blank: dict[str, None] = defaultdict(lambda: None)  # for the rows that the page fills in itself
    return {
        "statistics": now.statistics,
        "figures": now.figures,
        "view": view,
        "states": STATES,
        "sessions": [staff_protocol.session_row(row) for row in page.rows],
        "blank": blank,
        "blank_bars": [blank],
        "has_more": page.has_more,
        "calls": calls,
        "config": {
            "socketPath": SOCKET_PATH,
            "state": view.state,
            "search": view.search,
            "page": view.page,
            "hasMore": page.has_more,
            "at": now.statistics["at"],
            "calls": calls,
            "series": now.statistics["series"],
        },
    }
