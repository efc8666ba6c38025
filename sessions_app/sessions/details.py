"""Reads one scene session for staff; each read is bounded and served by an index."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from sessions_app import clock
from sessions_app.models import Binding, Pairing, SceneSession, SceneSessionEvent, ToolCall

MAX_BROWSERS = 50
MAX_BINDINGS = 20
MAX_CALLS = 25


@dataclass(frozen=True, slots=True)
class Condition:
    """When and why a session entered its state."""

    since: datetime
    reason: str


def condition_of(scene_session: SceneSession) -> Condition:
    """Return when and why a session entered its state."""
    if scene_session.closed_at is not None:
        closer = (
            SceneSession.Closer(scene_session.closed_by).label if scene_session.closed_by else ""
        )
        reason = ": ".join(part for part in (closer, scene_session.closed_because) if part)
        return Condition(scene_session.closed_at, reason)
    kinds = (SceneSessionEvent.Kind.SLEPT, SceneSessionEvent.Kind.WOKE)
    turns = SceneSessionEvent.objects.filter(scene_session=scene_session, kind__in=kinds)
    newest = turns.order_by("-id").first()
    if newest is None:
        return Condition(scene_session.created_at, "")
    return Condition(newest.at, newest.reason)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as staff see it.

    `presence` is connected, silent (lease expired), stale (expired long ago) or left. `shows`: it
    has confirmed the latest revision.
    """

    pairing: Pairing
    presence: str
    shows: bool


def browsers_of(scene_session: SceneSession) -> list[Browser]:
    """Return at most 50 browsers, the most recently seen first."""
    pairings = Pairing.objects.filter(scene_session=scene_session).select_related("user")
    now = clock.now()
    return [
        Browser(pairing, _presence(pairing, now), _shows(pairing, scene_session.revision))
        for pairing in pairings.order_by("-lease_until", "-id")[:MAX_BROWSERS]
    ]


def _presence(pairing: Pairing, now: datetime) -> str:
    if pairing.lease_until > now:
        return "connected"
    if pairing.left_at is not None:
        return "left"
    stale_after = timedelta(seconds=settings.MCP_STALE_CONNECTION_SECONDS)
    return "stale" if now - pairing.lease_until > stale_after else "silent"


def _shows(pairing: Pairing, revision: int) -> bool:
    shown = pairing.acknowledged_revision
    return shown is not None and shown >= revision


def bindings_of(scene_session: SceneSession) -> list[Binding]:
    """Return at most 20 current and past bindings of clients, the newest first."""
    return list(Binding.objects.filter(scene_session=scene_session).order_by("-id")[:MAX_BINDINGS])


def last_calls_of(scene_session: SceneSession) -> list[ToolCall]:
    """Return the newest tool calls, at most 25."""
    calls = ToolCall.objects.filter(scene_session=scene_session).select_related("user")
    return list(calls.order_by("-started_at")[:MAX_CALLS])


def connected_browsers() -> int:
    """Count the connected browsers of all sessions."""
    return Pairing.objects.filter(lease_until__gt=clock.now()).count()
