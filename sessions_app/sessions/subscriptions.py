"""Stores subscriptions to scenes, and the streams that deliver notifications."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from sessions_app import clock
from sessions_app.errors import SceneSessionUnknownError
from sessions_app.models import (
    EventStream,
    SceneSession,
    Subscription,
)
from sessions_app.people.principals import Principal, may_reach
from sessions_app.routing import Target
from sessions_app.sessions.finding import scene_session_of
from sessions_app.sessions.opening import PROTOCOL_SESSION_VALID_FOR

MAX_SUBSCRIPTIONS = 64
UNKNOWN_STREAM_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SubscribedScene:
    """A subscription as read by the worker that delivers its notifications."""

    uri: str
    scene_session_id: int
    edit_key: UUID
    revision: int


@transaction.atomic
def subscription_add(target: Target, *, protocol_session: str, uri: str) -> bool:
    """Subscribe the protocol session to changes at `uri`; return False if it has too many.

    Subscribing again restarts from the current revision.

    Raises:
        SceneSessionUnknownError: the target means no open scene session.
        ProtocolSessionEndedError: the client ended the protocol session.
    """
    scene_session = scene_session_of(target)
    if scene_session is None:
        raise SceneSessionUnknownError
    Subscription.objects.filter(created_at__lt=clock.now() - PROTOCOL_SESSION_VALID_FOR).delete()
    others = Subscription.objects.filter(protocol_session=protocol_session).exclude(uri=uri)
    if others.count() >= MAX_SUBSCRIPTIONS:
        return False
    Subscription.objects.update_or_create(
        protocol_session=protocol_session,
        uri=uri,
        defaults={"scene_session": scene_session, "revision": scene_session.revision},
    )
    return True


def subscription_remove(protocol_session: str, *, uri: str) -> None:
    """Delete a subscription, if it exists."""
    Subscription.objects.filter(protocol_session=protocol_session, uri=uri).delete()


def subscriptions_forget(protocol_session: str) -> None:
    """Delete all subscriptions of a protocol session."""
    Subscription.objects.filter(protocol_session=protocol_session).delete()


def event_stream_open(*, worker_id: UUID, holder: str, slots: int) -> int | None:
    """Take a free slot of the holder for a stream of this worker; return None if all are taken."""
    for _ in range(slots + 1):
        try:
            return _take_slot(worker_id, holder, slots)
        except IntegrityError:  # a concurrent process took the slot
            continue
    return None


@transaction.atomic
def _take_slot(worker_id: UUID, holder: str, slots: int) -> int | None:
    held = EventStream.objects.filter(holder=holder).order_by()
    taken = set(held.values_list("slot", flat=True))
    free = [slot for slot in range(slots) if slot not in taken]
    if not free:
        return None
    stream = EventStream.objects.create(worker_id=worker_id, holder=holder, slot=free[0])
    return stream.pk


def event_streams_close(stream_ids: Collection[int]) -> None:
    """Free the slots of these streams."""
    EventStream.objects.filter(pk__in=stream_ids).delete()


def event_streams_sweep(worker_id: UUID, open_ids: Collection[int]) -> None:
    """Free the slots of streams that this worker no longer has.

    A stream may end while the database is down, or while its slot is being taken.
    """
    old = EventStream.objects.filter(
        worker=worker_id, opened_at__lt=clock.now() - UNKNOWN_STREAM_AFTER
    )
    old.exclude(pk__in=open_ids).delete()


def subscriptions_of(protocol_session: str, principal: Principal) -> list[SubscribedScene]:
    """Return a protocol session's subscriptions that are within its principal's reach now.

    Staff who subscribed to another's scene may no longer be staff.
    """
    wanted = (
        Subscription.objects.filter(protocol_session=protocol_session)
        .exclude(scene_session__state=SceneSession.State.CLOSED)
        .order_by("pk")
    )
    fields = ("uri", "scene_session", "scene_session__edit_key", "revision")
    rows = wanted.values_list("scene_session__owner", *fields)
    return [
        SubscribedScene(*row) for owner_id, *row in rows if may_reach(principal, owner_id=owner_id)
    ]


def event_streams_held(holder: str) -> list[int]:
    """Return the ids of the streams in the holder's slots."""
    return list(EventStream.objects.filter(holder=holder).values_list("pk", flat=True))
