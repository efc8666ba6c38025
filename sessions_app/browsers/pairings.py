"""Writes who looks on: browsers join, leave, and hold leases while their sockets live."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Least

from sessions_app import clock
from sessions_app.browsers.limits import require_place
from sessions_app.calls.lost import calls_of_dead_workers_mark
from sessions_app.errors import SceneSessionUnknownError
from sessions_app.models import Pairing, SceneSession, SceneSessionEvent, Worker
from sessions_app.people.principals import ANYONE, Principal, effective_principal, may_reach
from sessions_app.sessions.closing import closed_error
from sessions_app.sessions.life_cycle import scene_session_wake
from sessions_app.sessions.timeline import event_record
from sessions_app.storage import locks
from sessions_app.storage.texts import storable
from sessions_app.web import origins
from sessions_app.wire.scene_messages import CloseCode

LEASE = timedelta(seconds=60)
RENEW_EVERY_SECONDS = 25
GONE_BATCH = 500
ABNORMAL_CLOSURE = 1006  # no close frame came (RFC 6455, section 7.4.1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser as it registers: what it calls itself, and its connection."""

    browser_id: str
    name: str
    channel_name: str
    remote_address: str | None
    user_agent: str
    principal: Principal = ANYONE


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that has joined; `replaced` is the channel of the connection that it had before."""

    pairing: Pairing
    replaced: str | None = None


@transaction.atomic
def pairing_join(*, edit_key: UUID | None, visitor: Visitor) -> Arrival:
    """Join a browser to the session with this edit key; one that was there before joins again.

    Raises:
        SceneSessionUnknownError: no such session, or not for this principal.
        SceneSessionClosedError: the session was closed.
        TooManyConnectionsError: one more browser would be too many.
    """
    scene_session = _lock(edit_key=edit_key) if edit_key else None
    if scene_session is None:
        raise SceneSessionUnknownError
    whose = {"owner_id": scene_session.owner_id, "scene_session_id": scene_session.pk}
    if not may_reach(visitor.principal, **whose):
        raise SceneSessionUnknownError
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    scene_session_wake(scene_session, reason="A browser came.")
    return _enter(
        scene_session, replace(visitor, principal=effective_principal(visitor.principal, **whose))
    )


def _lock(**which: Any) -> SceneSession | None:
    """Lock a session while who looks at it changes; whoever changes both locks the session first.

    Rows that point to it, such as other calls', may be inserted meanwhile.
    """
    nowait = not locks.may_wait()
    sessions = SceneSession.objects.select_for_update(no_key=True, nowait=nowait)
    return sessions.filter(**which).first()


def _enter(scene_session: SceneSession, visitor: Visitor) -> Arrival:
    now = clock.now()
    user_id, networks = visitor.principal.user_id, origins.networks_of(visitor.remote_address)
    require_place(scene_session.pk, visitor.browser_id, user_id=user_id, networks=networks)
    seen = {
        "name": storable(visitor.name, 80),
        "channel_name": visitor.channel_name,
        "instance": settings.INSTANCE_NAME,
        "user_id": user_id,
        "remote_address": visitor.remote_address,
        "counted_as": networks[0].name if networks else "",
        "network": networks[-1].name if networks else "",
        "user_agent": storable(visitor.user_agent, 200),
        "lease_until": now + LEASE,
        "left_at": None,
        "close_code": None,
    }
    pairing = scene_session.pairings.filter(browser_id=visitor.browser_id).first()
    if pairing is None:
        browser_id = visitor.browser_id
        pairing = scene_session.pairings.create(browser_id=browser_id, joined_at=now, **seen)
        _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk}.")
        return Arrival(pairing)
    replaced = pairing.channel_name if pairing.channel_name != visitor.channel_name else None
    is_back = replaced is not None or pairing.left_at is not None
    for name, value in seen.items():
        setattr(pairing, name, value)
    pairing.reconnections += is_back
    pairing.save(update_fields=[*seen, "reconnections"])
    if is_back:
        _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk} came back.")
    return Arrival(pairing, replaced)


def _record(pairing: Pairing, kind: SceneSessionEvent.Kind, reason: str) -> None:
    event_record(pairing.scene_session_id, kind, reason=reason, user_id=pairing.user_id)


@transaction.atomic
def pairing_leave(pairing_id: int, *, channel_name: str, close_code: int) -> None:
    """End the lease of a browser that left, unless a newer connection holds the pairing."""
    held = Pairing.objects.filter(pk=pairing_id, channel_name=channel_name)
    pairing = held.first()
    if pairing is None or _lock(pk=pairing.scene_session_id) is None:
        return
    now = clock.now()
    if held.update(left_at=now, lease_until=now, close_code=close_code):
        reason = f"Browser {pairing_id}, close code {close_code}."
        _record(pairing, SceneSessionEvent.Kind.LEFT, reason)


class LeasedSession(NamedTuple):
    """How a session stands: its stored revision, and the edit key that opens it."""

    revision: int
    edit_key: UUID


@transaction.atomic
def leases_renew(
    worker_id: UUID, pairings: Collection[tuple[int, str]]
) -> dict[int, LeasedSession]:
    """Renew this worker's leases; return how each of its sessions stands that is not closed.

    Args:
        worker_id: the worker whose own lease is renewed too.
        pairings: id and channel name of each pairing whose socket lives here.
    """
    now = clock.now()
    Worker.objects.update_or_create(
        pk=worker_id,
        defaults={"lease_until": now + LEASE},
        create_defaults={"instance": settings.INSTANCE_NAME, "lease_until": now + LEASE},
    )
    ids = [pairing_id for pairing_id, _ in pairings]
    channel_names = [channel_name for _, channel_name in pairings]
    held = Pairing.objects.filter(pk__in=ids, channel_name__in=channel_names)
    # Locked by id, as all who lock several do: so nobody waits in a circle.
    for pairing in held.select_for_update(no_key=True).order_by("pk"):
        if pairing.left_at is not None:  # silent for long, as a tab may be
            _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk} is heard again.")
    held.update(lease_until=now + LEASE, left_at=None, close_code=None)
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    sessions = living.filter(pairings__in=ids).order_by()
    rows = sessions.values_list("pk", "revision", "edit_key")
    return {pk: LeasedSession(revision, edit_key) for pk, revision, edit_key in rows}


@transaction.atomic
def worker_leave(worker_id: UUID, pairings: Collection[tuple[int, str]]) -> None:
    """A worker stops: its lease ends now, and its browsers are written down as gone.

    Args:
        worker_id: the worker.
        pairings: id and channel name of each browser that is still connected to it.
    """
    Worker.objects.filter(pk=worker_id).update(lease_until=clock.now())
    ids = [pairing_id for pairing_id, _ in pairings]
    channel_names = [channel_name for _, channel_name in pairings]
    held = Pairing.objects.filter(pk__in=ids, channel_name__in=channel_names, left_at=None)
    _write_gone(held, close_code=CloseCode.RESTARTING, reason="the server stopped")


@transaction.atomic
def stale_leave() -> int:
    """Write down as gone browsers that gave no sign of life for long; return how many.

    They are not connected since their leases ended, which was a minute after they were renewed.
    """
    stale_after = timedelta(seconds=settings.MCP_STALE_CONNECTION_SECONDS) - LEASE
    silent = Pairing.objects.filter(left_at=None, lease_until__lt=clock.now() - stale_after)
    return _write_gone(silent, close_code=ABNORMAL_CLOSURE, reason="no sign of life")


@transaction.atomic
def instance_recover() -> int:
    """Put right what dead workers of this instance left behind; return how many rows.

    Their leases are over, so another instance's rows, and those of living workers of this one, are
    left as they are.
    """
    now, instance = clock.now(), settings.INSTANCE_NAME
    lost_calls = calls_of_dead_workers_mark(Worker.objects.filter(instance=instance))
    gone = Pairing.objects.filter(instance=instance, left_at=None, lease_until__lt=now)
    reason = "its server ended without a word"
    return lost_calls + _write_gone(gone, close_code=ABNORMAL_CLOSURE, reason=reason)


def _write_gone(pairings: QuerySet[Pairing], *, close_code: int, reason: str) -> int:
    """Write down browsers that said no word as gone since their lease ended; some, if many."""
    free = pairings.select_for_update(skip_locked=True).order_by("pk")
    gone = list(free[:GONE_BATCH])
    ended = Least("lease_until", Value(clock.now()))
    Pairing.objects.filter(pk__in=[pairing.pk for pairing in gone]).update(
        left_at=ended, lease_until=ended, close_code=close_code
    )
    for pairing in gone:
        _record(pairing, SceneSessionEvent.Kind.LEFT, f"Browser {pairing.pk}: {reason}.")
    return len(gone)
