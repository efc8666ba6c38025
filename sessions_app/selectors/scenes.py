"""Reads of scenes: which session is meant, its changes, and who looks on."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sessions_app import clock
from sessions_app.errors import ProtocolSessionEndedError
from sessions_app.models import (
    Binding,
    EventStream,
    Invitation,
    Pairing,
    SceneRevision,
    SceneSession,
    Subscription,
    ToolCall,
)
from sessions_app.principals import Principal, may_reach
from sessions_app.routing_policy import Target

# A browser that lacks more characters of patches is sent the whole scene, which is smaller.
MAX_PATCHES_LENGTH = 256 * 1024


@dataclass(frozen=True, slots=True)
class StoredPatch:
    """A revision as it goes to the browsers: `patch` and `cause` are JSON text."""

    revision: int
    patch: str
    cause: str


def scene_session_find(target: Target) -> SceneSession | None:
    """The living session of the edit key, or else of the protocol session's binding.

    None where there is none that the principal may reach.
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
    """The open scene session that `target` means, or None.

    Raises:
        ProtocolSessionEndedError: the client ended the protocol session.
    """
    protocol_session = target.protocol_session
    if protocol_session is not None and protocol_session_ended(protocol_session):
        raise ProtocolSessionEndedError
    return scene_session_find(target)


def open_revisions(scene_session_ids: list[int]) -> dict[int, int]:
    """The stored revision of each of these scene sessions that is not closed."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    return dict(living.filter(pk__in=scene_session_ids).values_list("pk", "revision"))


def protocol_session_ended(protocol_session: str) -> bool:
    """Whether its client has ended this protocol session."""
    ended = Binding.objects.filter(protocol_session=protocol_session, ended_at__isnull=False)
    return ended.exists()


def patches_since(scene_session_id: int, revision: int) -> list[StoredPatch] | None:
    """The patches after `revision` in order.

    None where the whole scene is better sent: some are no longer kept, or they are too much text.
    """
    rows = SceneRevision.objects.filter(scene_session=scene_session_id, revision__gt=revision)
    patches, left = [], MAX_PATCHES_LENGTH
    found = rows.order_by("revision").values_list("revision", "patch", "cause")
    for patch in (StoredPatch(*row) for row in found):
        left -= len(patch.patch) + len(patch.cause)
        if left < 0:
            return None
        patches.append(patch)
    if patches:
        return patches if patches[0].revision == revision + 1 else None
    current = SceneSession.objects.values_list("revision", flat=True).get(pk=scene_session_id)
    return [] if current == revision else None


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change as a model is told of it afterwards; `summary` is our own sentence."""

    revision: int
    tool: str
    summary: str
    created_at: datetime


def past_changes(scene_session_id: int, limit: int) -> list[PastChange]:
    """The last changes of a scene that are still kept, at most `limit`, the newest first."""
    rows = SceneRevision.objects.filter(scene_session=scene_session_id).order_by("-revision")
    changes = []
    for revision, cause_text, created_at in rows.values_list("revision", "cause", "created_at")[
        :limit
    ]:
        cause = json.loads(cause_text)
        told = cause.get("told", cause["summary"])
        changes.append(PastChange(revision, cause["tool"], told, created_at))
    return changes


@dataclass(frozen=True, slots=True)
class BrowserCounts:
    """Browsers with a live lease; of these, those that show a revision; of these, in sight."""

    connected: int
    acknowledged: int
    visible: int


def browser_counts(scene_session_id: int, revision: int) -> BrowserCounts:
    """How many browsers look on, and how many of them have shown `revision` or a later one."""
    live = Pairing.objects.filter(scene_session=scene_session_id, lease_until__gt=clock.now())
    rows = list(live.order_by().values_list("acknowledged_revision", "visible"))
    shown = [
        visible
        for acknowledged, visible in rows
        if acknowledged is not None and acknowledged >= revision
    ]
    return BrowserCounts(connected=len(rows), acknowledged=len(shown), visible=sum(shown))


def likely_browsers(scene_session_id: int, count: int) -> list[str]:
    """The channel names of connected browsers: those in sight first, of these the newest."""
    live = Pairing.objects.filter(scene_session=scene_session_id, lease_until__gt=clock.now())
    return list(live.order_by("-visible", "-pk").values_list("channel_name", flat=True)[:count])


@dataclass(frozen=True, slots=True)
class SceneIntroduction:
    """What a person is told of a scene before opening it; `client` is what that calls itself."""

    name: str
    started: datetime
    client: str
    last_change: str


def scene_introduction(scene_session: SceneSession) -> SceneIntroduction:
    """Introduce a scene to the person who is about to open it."""
    calls = ToolCall.objects.filter(scene_session=scene_session).order_by("-started_at")
    newest = SceneRevision.objects.filter(scene_session=scene_session).order_by("-revision").first()
    cause = json.loads(newest.cause) if newest else {}
    return SceneIntroduction(
        name=f"Scene {scene_session.pk}",
        started=scene_session.created_at,
        client=calls.values_list("client_name", flat=True).first() or "",
        last_change=str(cause.get("summary", "")),
    )


def open_edit_key(scene_session_id: int) -> UUID | None:
    """The edit key of a session that is not closed, by its internal id."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    found: UUID | None = (
        living.filter(pk=scene_session_id).values_list("edit_key", flat=True).first()
    )
    return found


def invitation_find(nonce: str, principal: Principal) -> Invitation | None:
    """The invitation that can still be used, and by this person: a session's owner, if it has one.

    Where people sign in, it is as with any link: staff open all, also those without an owner.
    """
    open_now = Invitation.objects.filter(
        nonce_digest=nonce_digest(nonce),
        used_at=None,
        expires_at__gt=clock.now(),
    ).exclude(scene_session__state=SceneSession.State.CLOSED)
    found = open_now.select_related("scene_session").first()
    if found is None:
        return None
    owner_id = found.scene_session.owner_id
    is_for_all = owner_id is None or owner_id == principal.user_id or principal.is_staff
    return found if is_for_all and may_reach(principal, owner_id=owner_id) else None


def nonce_digest(nonce: str) -> str:
    """What is stored of the nonce that an invitation's link holds."""
    return hashlib.sha256(nonce.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription as the worker reads it that tells of it."""

    uri: str
    scene_session_id: int
    edit_key: UUID
    revision: int


def subscriptions_of(protocol_session: str, principal: Principal) -> list[Wish]:
    """What a protocol session wants to hear of and its principal may know of now.

    Staff who subscribed to another's scene may be staff no more.
    """
    wanted = (
        Subscription.objects.filter(protocol_session=protocol_session)
        .exclude(scene_session__state=SceneSession.State.CLOSED)
        .order_by("pk")
    )
    fields = ("uri", "scene_session", "scene_session__edit_key", "revision")
    rows = wanted.values_list("scene_session__owner", *fields)
    return [Wish(*row) for owner_id, *row in rows if may_reach(principal, owner_id=owner_id)]


def event_streams_held(holder: str) -> list[int]:
    """The ids of the streams that the holder's slots are given to."""
    return list(EventStream.objects.filter(holder=holder).values_list("pk", flat=True))
