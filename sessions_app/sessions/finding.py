"""Finds scene sessions and counts their browsers."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import Error
from django.db.models import Case, QuerySet, Value, When

from sessions_app import clock
from sessions_app.errors import ProtocolSessionEndedError
from sessions_app.models import (
    Binding,
    Pairing,
    Role,
    SceneRevision,
    SceneSession,
    ToolCall,
)
from sessions_app.models.roles import Right, roles_with
from sessions_app.people.principals import Principal, may_reach
from sessions_app.routing import Target


def scene_session_find(target: Target) -> SceneSession | None:
    """Find the session of the edit key, or else of the protocol session's binding.

    None if it is closed, unknown or out of the principal's reach.
    """
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    if target.edit_key is not None:
        found = living.filter(edit_key=target.edit_key).first()
    elif target.protocol_session is not None:
        bound = living.filter(bindings__protocol_session=target.protocol_session)
        found = bound.filter(bindings__ended_at=None).first()
    else:
        found = None
    if found is None or not may_reach(target.principal, owner_id=found.owner_id):
        return None
    return found


def scene_session_of(target: Target) -> SceneSession | None:
    """Return the scene session that `target` means, or None if there is none that is not closed.

    Raises:
        ProtocolSessionEndedError: the client ended the protocol session.
    """
    protocol_session = target.protocol_session
    if protocol_session is not None and protocol_session_ended(protocol_session):
        raise ProtocolSessionEndedError
    return scene_session_find(target)


def open_revisions(scene_session_ids: list[int]) -> dict[int, int]:
    """Return the stored revisions of those of these sessions that are not closed."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    return dict(living.filter(pk__in=scene_session_ids).values_list("pk", "revision"))


def protocol_session_ended(protocol_session: str) -> bool:
    """Return whether the client has ended this protocol session."""
    ended = Binding.objects.filter(protocol_session=protocol_session, ended_at__isnull=False)
    return ended.exists()


@dataclass(frozen=True, slots=True)
class BrowserCounts:
    """Browsers with a live lease; of these, those that show a revision; of these, visible ones.

    Only those whose acknowledgements count: viewers' pages are none of them.
    """

    connected: int
    acknowledged: int
    visible: int


def browser_counts(scene_session_id: int, revision: int) -> BrowserCounts:
    """Count the connected browsers, and those that have shown `revision` or a later one."""
    live = _connected_with(Right.DRAW, scene_session_id)
    rows = list(live.order_by().values_list("acknowledged_revision", "visible"))
    shown = [
        visible
        for acknowledged, visible in rows
        if acknowledged is not None and acknowledged >= revision
    ]
    return BrowserCounts(connected=len(rows), acknowledged=len(shown), visible=sum(shown))


def likely_browsers(scene_session_id: int, count: int, right: Right = Right.DRAW) -> list[str]:
    """Return the channel names of connected browsers that have a right.

    The owner's come first, of these the visible ones, then the newest.
    """
    is_owners = Case(When(role=Role.OWNER, then=Value(0)), default=Value(1))
    live = _connected_with(right, scene_session_id).order_by(is_owners, "-visible", "-pk")
    return list(live.values_list("channel_name", flat=True)[:count])


def _connected_with(right: Right, scene_session_id: int) -> QuerySet[Pairing]:
    connected = Pairing.objects.filter(scene_session=scene_session_id, lease_until__gt=clock.now())
    return connected.filter(role__in=roles_with(right))


@dataclass(frozen=True, slots=True)
class SceneIntroduction:
    """What a person sees of a scene before opening it; `client` is the client's own name."""

    name: str
    started: datetime
    client: str
    last_change: str


def scene_name(edit_key: UUID, principal: Principal) -> str:
    """Return the name of the session with this edit key, in one statement.

    Empty if it has none, is closed, unknown or out of the principal's reach, or if the database
    cannot be used: a page is shown without it.
    """
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    try:
        found = living.filter(edit_key=edit_key).values_list("pk", "owner_id", "name").first()
    except Error:
        return ""
    if found is None:
        return ""
    pk, owner_id, name = found
    return str(name) if may_reach(principal, owner_id=owner_id, scene_session_id=pk) else ""


def scene_title(scene_session: SceneSession) -> str:
    """Return what a scene is called in lists for people."""
    number = f"Scene {scene_session.pk}"
    return f"{number}: {scene_session.name}" if scene_session.name else number


def scene_introduction(scene_session: SceneSession) -> SceneIntroduction:
    """Read a scene's introduction for the person about to open it."""
    calls = ToolCall.objects.filter(scene_session=scene_session).order_by("-started_at")
    newest = SceneRevision.objects.filter(scene_session=scene_session).order_by("-revision").first()
    cause = json.loads(newest.cause) if newest else {}
    return SceneIntroduction(
        name=scene_title(scene_session),
        started=scene_session.created_at,
        client=calls.values_list("client_name", flat=True).first() or "",
        last_change=str(cause.get("summary", "")),
    )


def open_edit_key(scene_session_id: int) -> UUID | None:
    """Return the edit key of a session (internal id) that is not closed, or None."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    found: UUID | None = (
        living.filter(pk=scene_session_id).values_list("edit_key", flat=True).first()
    )
    return found
