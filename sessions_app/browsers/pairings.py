"""Stores browsers as they join and leave, and renews their leases."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Least

from sessions_app import clock
from sessions_app.browsers.limits import require_place
from sessions_app.browsers.scene_codes import scene_code_spend
from sessions_app.calls.lost import calls_of_dead_workers_mark
from sessions_app.errors import SceneSessionUnknownError, ShareUnknownError
from sessions_app.models import Pairing, SceneSession, SceneSessionEvent, Share, Worker
from sessions_app.people.access import Access, Grant, role_of, scene_filter, shares_in_force
from sessions_app.people.principals import ANYONE, Principal, effective_principal
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
MAX_NAME = 40
_LIKE_A_KEY = re.compile(r"[0-9a-fA-F-]{12,}")
ABNORMAL_CLOSURE = 1006  # no close frame came (RFC 6455, section 7.4.1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A registering browser: its id, its name and its connection."""

    browser_id: str
    name: str
    channel_name: str
    remote_address: str | None
    user_agent: str
    principal: Principal = ANYONE


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that has joined; `replaced` is the channel of its previous connection."""

    pairing: Pairing
    grant: Grant
    replaced: str | None = None


@transaction.atomic
def pairing_join(*, access: Access, visitor: Visitor, code: str | None = None) -> Arrival:
    """Join a browser to the session that it may open; a known browser rejoins.

    `code` is the pairing code that it came by, if any; it is used up with the join, or not at all.

    Raises:
        PairingCodeUnknownError: the code was used meanwhile.
        SceneSessionUnknownError: it opens no session, or none within the principal's reach.
        SceneSessionClosedError: the session is closed.
        TooManyConnectionsError: a limit of browsers is reached.
    """
    scene_session = _lock(**scene_filter(access))
    grant = role_of(access, scene_session, visitor.principal) if scene_session else None
    if scene_session is None or grant is None:
        raise unknown_error(access)
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    if code is not None:
        scene_code_spend(code, scene_session.pk)
    scene_session_wake(scene_session, reason="A browser came.")
    whose = {"owner_id": scene_session.owner_id, "scene_session_id": scene_session.pk}
    principal = effective_principal(visitor.principal, **whose)
    if grant.share_id is not None:
        principal = ANYONE  # a share identifies nobody
        Share.objects.filter(pk=grant.share_id).update(used_at=clock.now())
    return _enter(scene_session, grant, replace(visitor, principal=principal))


def unknown_error(access: Access) -> SceneSessionUnknownError:
    """Return the error for a page whose link or share opens nothing, or nothing any more."""
    return SceneSessionUnknownError() if access.share is None else ShareUnknownError()


def _lock(**which: Any) -> SceneSession | None:
    """Lock a session to change its pairings; the session is always locked before its pairings.

    NO KEY: rows that reference it, such as calls, can still be inserted.
    """
    nowait = not locks.may_wait()
    sessions = SceneSession.objects.select_for_update(no_key=True, nowait=nowait)
    return sessions.filter(**which).first()


def _enter(scene_session: SceneSession, grant: Grant, visitor: Visitor) -> Arrival:
    now = clock.now()
    user_id, networks = visitor.principal.user_id, origins.networks_of(visitor.remote_address)
    require_place(
        scene_session.pk,
        visitor.browser_id,
        by_share=grant.share_id is not None,
        user_id=user_id,
        networks=networks,
    )
    seen = {
        "name": person_name(visitor.name),
        "role": grant.role,
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
        pairing = scene_session.pairings.create(
            browser_id=visitor.browser_id,
            person_id=secrets.token_hex(8),
            number=_free_number(scene_session),
            joined_at=now,
            **seen,
        )
        _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk}.")
        return Arrival(pairing, grant)
    if pairing.lease_until <= now or not pairing.person_id:
        # Its number may be another's by now; rows of earlier releases have neither.
        pairing.person_id = pairing.person_id or secrets.token_hex(8)
        pairing.number = _free_number(scene_session, pairing.number)
    replaced = pairing.channel_name if pairing.channel_name != visitor.channel_name else None
    is_back = replaced is not None or pairing.left_at is not None
    for name, value in seen.items():
        setattr(pairing, name, value)
    pairing.reconnections += is_back
    pairing.save(update_fields=[*seen, "person_id", "number", "reconnections"])
    if is_back:
        _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk} came back.")
    return Arrival(pairing, grant, replaced)


def _free_number(scene_session: SceneSession, earlier: int = 0) -> int:
    """Return a number that no page with a live lease has: the earlier one, if that is still free.

    The session is locked, so no other page gets it meanwhile.
    """
    live = scene_session.pairings.filter(lease_until__gt=clock.now()).order_by()
    taken = set(live.values_list("number", flat=True))
    if earlier > 0 and earlier not in taken:
        return earlier
    return next(number for number in count(1) if number not in taken)


def person_name(text: str) -> str:
    """Return a person's name for other people: one line of at most 40 visible characters.

    Cut, an edit key that somebody pasted would pass for none, and be all but known.
    """
    return _LIKE_A_KEY.sub("…", storable(text, 2 * MAX_NAME))[:MAX_NAME].strip()


def pairing_rename(pairing_id: int, name: str, *, channel_name: str) -> None:
    """Store what a browser's person is called, unless a newer connection has the pairing."""
    held = Pairing.objects.filter(pk=pairing_id, channel_name=channel_name)
    held.update(name=name)


def _record(pairing: Pairing, kind: SceneSessionEvent.Kind, reason: str) -> None:
    event_record(pairing.scene_session_id, kind, reason=reason, user_id=pairing.user_id)


@transaction.atomic
def pairing_leave(pairing_id: int, *, channel_name: str, close_code: int) -> None:
    """End the lease of a browser that left, unless a newer connection has the pairing."""
    held = Pairing.objects.filter(pk=pairing_id, channel_name=channel_name)
    pairing = held.first()
    if pairing is None or _lock(pk=pairing.scene_session_id) is None:
        return
    now = clock.now()
    if held.update(left_at=now, lease_until=now, close_code=close_code):
        reason = f"Browser {pairing_id}, close code {close_code}."
        _record(pairing, SceneSessionEvent.Kind.LEFT, reason)


class LeasedSession(NamedTuple):
    """A session's stored revision, and what opens it by now.

    `shares` are the roles of those shares in force that its pages here have come by.
    """

    revision: int
    edit_key: UUID
    shares: Mapping[int, str]

    def upholds(self, access: Access, grant: Grant) -> bool:
        """Return whether what a page came with still gives it the same role."""
        if grant.share_id is None:
            return access.edit_key == self.edit_key
        return self.shares.get(grant.share_id) == grant.role


@transaction.atomic
def leases_renew(
    worker_id: UUID, pairings: Collection[tuple[int, str]], shares: Collection[int] = ()
) -> dict[int, LeasedSession]:
    """Renew this worker's leases; return its sessions that are not closed, by internal id.

    Args:
        worker_id: the worker, whose own lease is renewed as well.
        pairings: id and channel name of each pairing with a live socket here.
        shares: the shares that these came by.
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
    # Lock in id order to avoid deadlocks.
    for pairing in held.select_for_update(no_key=True).order_by("pk"):
        if pairing.left_at is not None:  # a tab may be silent for long
            _record(pairing, SceneSessionEvent.Kind.JOINED, f"Browser {pairing.pk} is heard again.")
    held.update(lease_until=now + LEASE, left_at=None, close_code=None)
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    sessions = living.filter(pairings__in=ids).order_by()
    rows = sessions.values_list("pk", "revision", "edit_key")
    in_force = shares_in_force().filter(pk__in=shares).values_list("pk", "role")
    roles = dict(in_force) if shares else {}
    return {pk: LeasedSession(revision, edit_key, roles) for pk, revision, edit_key in rows}


@transaction.atomic
def worker_leave(worker_id: UUID, pairings: Collection[tuple[int, str]]) -> None:
    """End the lease of a stopping worker and record that its browsers have left.

    Args:
        worker_id: the worker.
        pairings: id and channel name of each browser still connected to it.
    """
    Worker.objects.filter(pk=worker_id).update(lease_until=clock.now())
    ids = [pairing_id for pairing_id, _ in pairings]
    channel_names = [channel_name for _, channel_name in pairings]
    held = Pairing.objects.filter(pk__in=ids, channel_name__in=channel_names, left_at=None)
    _write_gone(held, close_code=CloseCode.RESTARTING, reason="the server stopped")


@transaction.atomic
def stale_leave() -> int:
    """Record that browsers without a sign of life for long have left; return how many.

    They have counted as disconnected since their leases expired, a minute after the last renewal.
    """
    stale_after = timedelta(seconds=settings.MCP_STALE_CONNECTION_SECONDS) - LEASE
    silent = Pairing.objects.filter(left_at=None, lease_until__lt=clock.now() - stale_after)
    return _write_gone(silent, close_code=ABNORMAL_CLOSURE, reason="no sign of life")


@transaction.atomic
def instance_recover() -> int:
    """Repair the rows that dead workers of this instance left behind; return how many.

    Only rows with an expired lease are touched, so other instances and live workers are not.
    """
    now, instance = clock.now(), settings.INSTANCE_NAME
    lost_calls = calls_of_dead_workers_mark(Worker.objects.filter(instance=instance))
    gone = Pairing.objects.filter(instance=instance, left_at=None, lease_until__lt=now)
    reason = "its server ended without a word"
    return lost_calls + _write_gone(gone, close_code=ABNORMAL_CLOSURE, reason=reason)


def _write_gone(pairings: QuerySet[Pairing], *, close_code: int, reason: str) -> int:
    """Record a batch of silent browsers as gone since their lease expired; return how many."""
    free = pairings.select_for_update(skip_locked=True).order_by("pk")
    gone = list(free[:GONE_BATCH])
    ended = Least("lease_until", Value(clock.now()))
    Pairing.objects.filter(pk__in=[pairing.pk for pairing in gone]).update(
        left_at=ended, lease_until=ended, close_code=close_code
    )
    for pairing in gone:
        _record(pairing, SceneSessionEvent.Kind.LEFT, f"Browser {pairing.pk}: {reason}.")
    return len(gone)
