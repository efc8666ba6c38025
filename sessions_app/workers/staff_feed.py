"""Sends live figures from the database to this worker's staff overviews.

It runs while an overview is open here. Each round reads once for all of them, so the cost does not
grow with their number. Viewers must still be signed in as staff.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sessions_app.calls import staff_messages
from sessions_app.calls.headlines import overview
from sessions_app.calls.overview import (
    MAX_CALLS,
    SessionsPage,
    SessionsView,
    call_rows,
    sessions_page,
)
from sessions_app.people.sign_ins import signed_in_users
from sessions_app.storage import database
from sessions_app.wire.scene_messages import error
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
LOOK_SLOWEST_SECONDS = 5.0
LOOK_SOONEST_SECONDS = 0.25
LONG_LOOK_SECONDS = 0.1
CHECK_SIGN_INS_EVERY_SECONDS = 1.0
MAX_VIEWS_A_LOOK = 4
MAX_OVERVIEWS_PER_USER = 20


class OpenOverview(Protocol):
    """An open overview: a socket of staff."""

    session_key: str
    user_id: int
    view: SessionsView

    def tell(self, look: int, frames: list[str]) -> bool:
        """Send these frames; return False if too many are queued."""

    def sign_out(self) -> None:
        """Close: nobody is signed in there any more, or somebody who is not staff."""


@dataclass(slots=True)
class _Sent:
    """What an overview was sent last; empty if it needs everything."""

    calls: int = 0  # the round up to which it has all calls
    sessions: str = ""


@dataclass(slots=True)
class _Look:
    overview: str
    calls: list[dict[str, Any]]
    pages: dict[SessionsView, SessionsPage]


@dataclass(slots=True)
class _Calls:
    """The calls sent to overviews, by id, each with its row and the round that added it."""

    known: dict[str, tuple[dict[str, Any], int]] = field(default_factory=dict)

    def running(self) -> list[UUID]:
        return [UUID(key) for key, (row, _) in self.known.items() if row["status"] == "running"]

    def take(self, rows: list[dict[str, Any]], look: int) -> None:
        """Keep exactly these rows, the newest first."""
        before = self.known
        self.known = {}
        for row in rows[: 2 * MAX_CALLS]:
            kept = before.get(row["id"])
            self.known[row["id"]] = kept if kept and kept[0] == row else (row, look)

    def since(self, look: int) -> list[dict[str, Any]]:
        return [row for row, brought in self.known.values() if brought > look][:MAX_CALLS]


def _read(views: Collection[SessionsView], running: Collection[UUID]) -> _Look:
    return _Look(
        overview=staff_messages.overview(overview()),
        calls=[staff_messages.call_row(row) for row in call_rows(running)],
        pages={view: sessions_page(view) for view in views},
    )


class StaffFeed:
    """One per worker."""

    def __init__(self) -> None:
        self._overviews: dict[OpenOverview, _Sent] = {}
        self._looks = Periodic(
            self._look_once,
            LOOK_EVERY_SECONDS,
            "the overview cannot be sent",
            rest=LOOK_SOONEST_SECONDS,
        )
        self._checks = Periodic(
            self._end_signed_out,
            CHECK_SIGN_INS_EVERY_SECONDS,
            "staff's sign-ins cannot be checked yet",
        )
        self._look = 0
        self._calls = _Calls()
        self._sessions: dict[SessionsView, str] = {}  # least recently read first

    @property
    def is_running(self) -> bool:
        return self._looks.is_running

    def add(self, opened: OpenOverview) -> bool:
        """Send this overview everything, and then changes.

        Returns False if its user has too many open here.
        """
        same_user = [other for other in self._overviews if other.user_id == opened.user_id]
        if len(same_user) >= MAX_OVERVIEWS_PER_USER:
            return False
        self._overviews[opened] = _Sent()
        self._looks.wake()
        self._looks.start()
        self._checks.start()
        return True

    def remove(self, opened: OpenOverview) -> None:
        self._overviews.pop(opened, None)
        if not self._overviews:
            self._looks.cancel()
            self._checks.cancel()

    def view_changed(self) -> None:
        """Start the next round early, because an overview shows other sessions."""
        self._looks.wake()

    async def stop(self) -> None:
        await self._looks.stop()
        await self._checks.stop()

    async def _look_once(self) -> float:
        began = time.monotonic()
        try:
            await self._send_all()
        except Exception:
            logger.exception("the overview cannot be read yet")
            self._report_failure()
        return _pause(time.monotonic() - began)

    async def _send_all(self) -> None:
        views = self._views()
        look = await database.run(_read, views, self._calls.running())
        self._look += 1
        self._calls.take(look.calls, self._look)
        for view, page in look.pages.items():
            self._sessions.pop(view, None)
            self._sessions[view] = staff_messages.sessions(view, page)
        for opened, sent in self._overviews.items():
            self._send(opened, sent, look.overview)

    def _views(self) -> list[SessionsView]:
        """Return the views to read: new ones, then the least recently read."""
        shown = {opened.view for opened in self._overviews}
        self._sessions = {view: text for view, text in self._sessions.items() if view in shown}
        return [*(shown - self._sessions.keys()), *self._sessions][:MAX_VIEWS_A_LOOK]

    def _send(self, opened: OpenOverview, sent: _Sent, overview_frame: str) -> None:
        frames = [overview_frame]
        calls = self._calls.since(sent.calls)
        if calls:
            frames.append(staff_messages.tool_calls(calls))
        sessions = self._sessions.get(opened.view, sent.sessions)
        if sessions != sent.sessions:
            frames.append(sessions)
        numbered = [staff_messages.numbered(frame, self._look) for frame in frames]
        if opened.tell(self._look, numbered):
            self._overviews[opened] = _Sent(self._look, sessions)

    def _report_failure(self) -> None:
        text = "The database cannot be read at the moment. The numbers are the last ones known."
        for opened in self._overviews:
            opened.tell(self._look, [error("unavailable", text)])

    async def _end_signed_out(self) -> None:
        keys = {opened.session_key for opened in self._overviews}
        users = await database.run(signed_in_users, keys)
        for opened in list(self._overviews):
            user = users.get(opened.session_key)
            if user is None or not user.is_staff or user.pk != opened.user_id:
                opened.sign_out()


def _pause(took_seconds: float) -> float:
    """Return the pause after a round in seconds; slow rounds are rarer."""
    if took_seconds <= LONG_LOOK_SECONDS:
        return LOOK_EVERY_SECONDS
    return min(LOOK_SLOWEST_SECONDS, took_seconds / LONG_LOOK_SECONDS * 2 * LOOK_EVERY_SECONDS)
