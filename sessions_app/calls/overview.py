"""Reads sessions and recent calls for the staff's overview."""

import heapq
import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from sessions_app import clock
from sessions_app.calls.statistics import AGING_AFTER, STALE_AFTER
from sessions_app.models import Pairing, SceneSession, ToolCall
from sessions_app.web import links

PAGE_SIZE = 50
MAX_PAGE = 200
MAX_CALLS = 100
MAX_COUNTED_CALLS = 1000

State = Literal["live", "open", "idle", "closed"]


STATES: dict[State, tuple[str, ...]] = {
    "live": (SceneSession.State.OPEN, SceneSession.State.IDLE),
    "open": (SceneSession.State.OPEN,),
    "idle": (SceneSession.State.IDLE,),
    "closed": (SceneSession.State.CLOSED,),
}


@dataclass(frozen=True, slots=True)
class SessionsView:
    """Selects sessions by state and search; `page` counts from 0."""

    state: State = "live"
    search: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the table; `calls` is capped at MAX_COUNTED_CALLS + 1."""

    id: int
    name: str
    state: str
    owner: str
    client: str
    browsers: int
    calls: int
    last_call: datetime | None
    age: str


@dataclass(frozen=True, slots=True)
class SessionsPage:
    rows: tuple[SessionRow, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """A tool call in the stream; `duration_ms` is None while it runs."""

    id: UUID
    tool: str
    status: str
    duration_ms: float | None
    error_code: str
    scene_session: int | None
    client: str
    started_at: datetime


class _Count(Subquery):
    """Counts the rows of a sliced query; the slice bounds the count for busy sessions."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def age_bucket(last_sign: datetime) -> str:
    """Classify a session by its last sign of life: a call, a change or a browser."""
    silent = clock.now() - last_sign
    if silent < AGING_AFTER:
        return "healthy"
    return "stale" if silent > STALE_AFTER else "aging"


def sessions_page(view: SessionsView) -> SessionsPage:
    """Return a page of sessions, the latest activity first."""
    first = min(view.page, MAX_PAGE) * PAGE_SIZE
    # Read the details of this page's sessions only.
    ids = _latest(view, first + PAGE_SIZE + 1)[first:]
    shown = SceneSession.objects.filter(pk__in=ids[:PAGE_SIZE]).order_by()
    rows = {row["pk"]: row for row in _columns(shown)}
    return SessionsPage(
        rows=tuple(_session_row(**rows[pk]) for pk in ids[:PAGE_SIZE] if pk in rows),
        has_more=len(ids) > PAGE_SIZE,
    )


def _latest(view: SessionsView, most: int) -> list[int]:
    """Return the ids of the latest sessions of a view, at most `most`."""
    by_state = (_latest_of(state, view.search, most) for state in STATES[view.state])
    merged = heapq.merge(*by_state, reverse=True)
    return [pk for _, pk in itertools.islice(merged, most)]


def _latest_of(state: str, search: str, most: int) -> list[tuple[datetime, int]]:
    """Return the latest sessions of one state, each with its last activity.

    Open sessions are few, so their last calls count too. The others may be many and are ordered by
    an index.
    """
    found = _search(SceneSession.objects.filter(state=state), search)
    if state != SceneSession.State.OPEN:
        return list(found.order_by("-changed_at", "-pk").values_list("changed_at", "pk")[:most])
    last_call = Subquery(_calls().values("started_at")[:1])
    active = Greatest("changed_at", Coalesce(last_call, "changed_at"))
    rows = found.annotate(active=active).order_by("-active", "-pk")
    return list(rows.values_list("active", "pk")[:most])


def _search(sessions: QuerySet[SceneSession], text: str) -> QuerySet[SceneSession]:
    """Search by internal id, by edit key or a link with one, or by the scene's or owner's name."""
    text = text.strip()
    edit_key = links.find_edit_key(text)
    if edit_key is not None:
        return sessions.filter(edit_key=edit_key)
    if text.isascii() and text.isdigit():
        return sessions.filter(pk=int(text)) if len(text) < 19 else sessions.none()
    if not text:
        return sessions
    return sessions.filter(Q(name__icontains=text) | Q(owner__username__icontains=text))


def _calls() -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(scene_session=OuterRef("pk")).order_by("-started_at")


def _columns(sessions: QuerySet[SceneSession]) -> Any:
    browsers = Pairing.objects.filter(scene_session=OuterRef("pk")).order_by("-lease_until")
    live = browsers.filter(lease_until__gt=clock.now())
    return sessions.values(
        "pk",
        "name",
        "state",
        "changed_at",
        owner_name=F("owner__username"),
        last_lease=Subquery(browsers.values("lease_until")[:1]),
        browsers=_Count(live.order_by().values("scene_session")),
        calls=_Count(_calls().order_by().values("scene_session")[: MAX_COUNTED_CALLS + 1]),
        last_call=Subquery(_calls().values("started_at")[:1]),
        client=Subquery(_calls().values("client_name")[:1]),
    )


def _session_row(
    *,
    pk: int,
    owner_name: str | None,
    client: str | None,
    changed_at: datetime,
    last_call: datetime | None,
    last_lease: datetime | None,
    **others: Any,
) -> SessionRow:
    signs = (changed_at, last_call, last_lease)
    return SessionRow(
        id=pk,
        owner=owner_name or "",
        client=client or "",
        last_call=last_call,
        age=age_bucket(max(sign for sign in signs if sign is not None)),
        **others,
    )


def call_rows(running: Collection[UUID] = ()) -> list[CallRow]:
    """Return the newest calls, then older ones of `running`, each newest first.

    At most MAX_CALLS of each.
    """
    newest = list(_call_fields(ToolCall.objects.order_by("-started_at"))[:MAX_CALLS])
    older = set(running) - {row[0] for row in newest}
    if older:
        newest += _call_fields(ToolCall.objects.filter(pk__in=older).order_by("-started_at"))
    return [CallRow(*row) for row in newest]


def _call_fields(calls: QuerySet[ToolCall]) -> Any:
    return calls.values_list(
        "id", "tool", "status", "duration_ms", "error_code", "scene_session_id", "client_name",
        "started_at",
    )  # fmt: skip
