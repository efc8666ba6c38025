"""The admin's site: its front page is the live overview, with the lists of records below it."""

import secrets
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from sessions_app import overview, staff_protocol
from sessions_app.content_security import guard
from sessions_app.selectors.overview import PAGE_SIZE, SessionsView, call_rows, sessions_page

SOCKET_PATH = "/ws/staff/"
FIRST_CALLS = 30


class StaffSite(AdminSite):
    site_header = site_title = "Hello3D"
    index_title = "Overview"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The overview as it stands; the page goes on from there over its socket."""
        nonce = secrets.token_urlsafe(16)
        context = {"csp_nonce": nonce, **_first_state(), **(extra_context or {})}
        response = super().index(request, context)
        guard(response, nonce)
        return response


def _first_state() -> dict[str, Any]:
    now = overview.overview()
    page = sessions_page(SessionsView())
    return {
        "statistics": now.statistics,
        "figures": now.figures,
        "sessions": [staff_protocol.session_row(row) for row in page.rows],
        "calls": [staff_protocol.call_row(row) for row in call_rows()[:FIRST_CALLS]],
        "config": {
            "socketPath": SOCKET_PATH,
            "series": now.statistics["series"],
            "hasMore": page.has_more,
            "pageSize": PAGE_SIZE,
        },
    }
