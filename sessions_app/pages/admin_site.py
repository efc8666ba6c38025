"""The admin site; its front page is the live overview, followed by the lists of records."""

import math
import secrets
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse

from sessions_app.calls import headlines, staff_messages
from sessions_app.calls.overview import STATES, SessionsView, call_rows, sessions_page
from sessions_app.calls.statistics import AGING_AFTER, STALE_AFTER
from sessions_app.limits.attempts import guess_refused_for_seconds
from sessions_app.limits.names import Limit
from sessions_app.web import links
from sessions_app.web.callers import networks_of, public_origin_of
from sessions_app.web.content_security import set_policy

SOCKET_PATH = "/ws/staff/"  # below ROOT_PATH
MINUTE = timedelta(minutes=1)
FIRST_CALLS = 20  # the socket sends the others at once


class StaffSignIn(AdminAuthenticationForm):
    """Name and password, with a limit of attempts."""

    def clean(self) -> dict[str, Any]:
        """Check name and password.

        Raises:
            ValidationError: they are wrong, or there were too many attempts.
        """
        name = str(self.data.get("username", ""))
        networks = networks_of(self.request) if self.request else ()
        wait = guess_refused_for_seconds(name, networks, Limit.SIGN_INS)
        if wait is not None:
            text = f"Too many attempts to sign in. Wait {math.ceil(wait)} s, then try again."
            raise ValidationError(text, code="too_many")
        return super().clean()


class StaffSite(AdminSite):
    login_form = StaffSignIn
    site_header = site_title = "Hello3D"
    index_title = "Overview"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the current overview; the page then updates over its socket."""
        nonce = secrets.token_urlsafe(16)
        context = {
            "csp_nonce": nonce,
            "mcp_url": links.mcp_url(edit_key=None, public_origin=public_origin_of(request)),
            **_first_state(staff_messages.view_of(request.GET.dict())),
            **(extra_context or {}),
        }
        response = super().index(request, context)
        set_policy(response, nonce)
        return response


def _first_state(view: SessionsView) -> dict[str, Any]:
    now = headlines.overview()
    page = sessions_page(view)
    calls = [staff_messages.call_row(row) for row in call_rows()[:FIRST_CALLS]]
    blank: dict[str, None] = defaultdict(lambda: None)  # for rows that the page fills in
    return {
        "statistics": now.statistics,
        "figures": now.figures,
        "view": view,
        "states": STATES,
        "aging_minutes": AGING_AFTER // MINUTE,
        "stale_minutes": STALE_AFTER // MINUTE,
        "sessions": [staff_messages.session_row(row) for row in page.rows],
        "blank": blank,
        "blank_bars": [blank],
        "has_more": page.has_more,
        "calls": calls,
        "config": {
            "socketPath": f"{settings.ROOT_PATH}{SOCKET_PATH}",
            "state": view.state,
            "search": view.search,
            "page": view.page,
            "hasMore": page.has_more,
            "at": now.statistics["at"],
            "calls": calls,
            "series": now.statistics["series"],
        },
    }
