"""Deletes what is of no use any more, beside the sessions themselves.

Every function does one batch, in one statement or transaction, returns how many rows it dealt with,
and may run in several processes at once.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet

from sessions_app import clock
from sessions_app.models import (
    Binding,
    Invitation,
    JoinCode,
    RefusalCount,
    SceneSessionEvent,
    ToolCall,
)
from sessions_app.services.scene_sessions import PROTOCOL_SESSION_VALID_FOR

BATCH = 1000
# Refusals of hours that are no longer kept stand here.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MAX_EVENTS = 500  # of one session
# So many of the newest events are looked at, and so many of the sessions that have most of them.
NEWEST_EVENTS = 1000
BUSIEST_SESSIONS = 50


def calls_delete() -> int:
    """Delete the record of calls that are older than sessions are kept without use."""
    return _delete(ToolCall.objects.filter(started_at__lt=_kept_since()).order_by("started_at"))


def links_delete() -> int:
    """Delete invitations and join codes that cannot be used any more for their time."""
    now = clock.now()
    invitations = _delete(Invitation.objects.filter(expires_at__lt=now).order_by("expires_at"))
    return invitations + _delete(JoinCode.objects.filter(expires_at__lt=now).order_by("expires_at"))


def sign_ins_delete() -> int:
    """Delete sign-ins on the page and in the admin whose time is over."""
    return _delete(Session.objects.filter(expire_date__lt=clock.now()).order_by("expire_date"))


def bindings_delete() -> int:
    """Delete what is known of protocol sessions that nobody can take up again, or steer nothing."""
    over = clock.now() - PROTOCOL_SESSION_VALID_FOR
    ended = _delete(Binding.objects.filter(ended_at__lt=over).order_by("ended_at"))
    return ended + _delete(Binding.objects.filter(scene_session=None, ended_at=None).order_by("pk"))


def events_delete() -> int:
    """Delete events of sessions that have more than 500, the oldest first.

    Only sessions with events of late can have grown past that, and those with many most of all.
    """
    newest = SceneSessionEvent.objects.order_by("-pk").values_list("scene_session_id", flat=True)
    busiest = Counter(newest[:NEWEST_EVENTS]).most_common(BUSIEST_SESSIONS)
    return sum(_surplus_delete(scene_session_id) for scene_session_id, _ in busiest)


def _surplus_delete(scene_session_id: int) -> int:
    events = SceneSessionEvent.objects.filter(scene_session=scene_session_id)
    newest = events.order_by("-pk").values_list("pk", flat=True)
    first_surplus = newest[MAX_EVENTS : MAX_EVENTS + 1].first()
    if first_surplus is None:
        return 0
    return _delete(events.filter(pk__lte=first_surplus).order_by("pk"))


@transaction.atomic
def refusals_delete() -> int:
    """Sum up the counts of refusals that are older than calls are kept: the sums never sink."""
    old = RefusalCount.objects.filter(hour__lt=_kept_since(), hour__gt=BEGINNING)
    rows = list(old.order_by("hour").select_for_update()[:BATCH])
    for row in rows:
        total, _ = RefusalCount.objects.get_or_create(
            limit=row.limit, hour=BEGINNING, defaults={"refusals": 0}
        )
        added = F("refusals") + row.refusals
        RefusalCount.objects.filter(pk=total.pk).update(refusals=added)
    RefusalCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _kept_since() -> datetime:
    return clock.now() - timedelta(days=settings.MCP_SESSION_RETENTION_DAYS)


def _delete(rows: QuerySet[Any]) -> int:
    """Delete the first of these rows, in one statement."""
    some = rows.model._default_manager.filter(pk__in=rows.values("pk")[:BATCH])
    deleted, _ = some.delete()
    return int(deleted)
