"""Deletes obsolete rows other than sessions.

Every function does one batch in one statement or transaction, returns the number of rows, and may
run in several processes at once.
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
    ClientPresence,
    Invitation,
    JoinCode,
    Pairing,
    PairingCode,
    PairingCodeFailure,
    RefusalCount,
    SceneFile,
    SceneSessionEvent,
    ToolCall,
    Worker,
)
from sessions_app.models.connections import SILENT_AFTER
from sessions_app.sessions.opening import PROTOCOL_SESSION_VALID_FOR
from sessions_app.web.pairing_codes import FAILURES_COUNT_FOR

BATCH = 1000
# Holds the refusals of hours that are no longer kept.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MAX_OF_SESSION = 500  # events, and departed browsers
BROWSERS_KEPT_FOR = timedelta(days=1)  # the statistics count today's
WORKERS_KEPT_FOR = timedelta(days=1)  # until their calls are marked lost
# How many of the newest rows to examine, and how many of the sessions with most of them.
NEWEST_ROWS = 1000
BUSIEST_SESSIONS = 50


def calls_delete() -> int:
    """Delete calls older than the retention of sessions."""
    return _delete(ToolCall.objects.filter(started_at__lt=_kept_since()).order_by("started_at"))


def links_delete() -> int:
    """Delete expired invitations and join codes."""
    now = clock.now()
    invitations = _delete(Invitation.objects.filter(expires_at__lt=now).order_by("expires_at"))
    return invitations + _delete(JoinCode.objects.filter(expires_at__lt=now).order_by("expires_at"))


def codes_delete() -> int:
    """Delete expired pairing codes, and wrong ones that count no more."""
    now = clock.now()
    expired = _delete(PairingCode.objects.filter(expires_at__lt=now).order_by("expires_at"))
    failures = PairingCodeFailure.objects.filter(at__lt=now - FAILURES_COUNT_FOR)
    return expired + _delete(failures.order_by("at"))


def files_delete() -> int:
    """Delete expired files of scenes."""
    return _delete(SceneFile.objects.filter(expires_at__lt=clock.now()).order_by("expires_at"))


def sign_ins_delete() -> int:
    """Delete expired sign-ins on the page and in the admin."""
    return _delete(Session.objects.filter(expire_date__lt=clock.now()).order_by("expire_date"))


def bindings_delete() -> int:
    """Delete bindings of protocol sessions that cannot be resumed or are bound to nothing."""
    over = clock.now() - PROTOCOL_SESSION_VALID_FOR
    ended = _delete(Binding.objects.filter(ended_at__lt=over).order_by("ended_at"))
    return ended + _delete(Binding.objects.filter(scene_session=None, ended_at=None).order_by("pk"))


def clients_delete() -> int:
    """Delete clients that are gone after a long silence."""
    silent = ClientPresence.objects.filter(heard_at__lt=clock.now() - SILENT_AFTER)
    return _delete(silent.order_by("heard_at"))


def events_delete() -> int:
    """Delete the oldest events of sessions with more than 500."""
    return _surplus_delete(SceneSessionEvent.objects.all())


def browsers_delete() -> int:
    """Delete browsers that left at least a day ago, of sessions with more than 500."""
    return _surplus_delete(Pairing.objects.all(), left_at__lt=clock.now() - BROWSERS_KEPT_FOR)


def workers_delete() -> int:
    """Delete workers that died at least a day ago."""
    dead = Worker.objects.filter(lease_until__lt=clock.now() - WORKERS_KEPT_FOR)
    return _delete(dead.order_by("lease_until"))


def _surplus_delete(rows: QuerySet[Any], **due: Any) -> int:
    """Delete the due rows of sessions beyond their newest 500.

    Only sessions with recent rows can have exceeded that, so the busiest of them are examined.
    """
    newest = rows.order_by("-pk").values_list("scene_session_id", flat=True)
    busiest = Counter(newest[:NEWEST_ROWS]).most_common(BUSIEST_SESSIONS)
    deleted = 0
    for scene_session_id, _ in busiest:
        of_session = rows.filter(scene_session=scene_session_id)
        surplus = of_session.order_by("-pk").values_list("pk", flat=True)[MAX_OF_SESSION:]
        if (first := surplus[:1].first()) is not None:
            deleted += _delete(of_session.filter(pk__lte=first, **due).order_by("pk"))
    return deleted


@transaction.atomic
def refusals_delete() -> int:
    """Merge counts of refusals older than the retention into totals, which never decrease."""
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
    """Delete the first batch of these rows, in one statement."""
    some = rows.model._default_manager.filter(pk__in=rows.values("pk")[:BATCH])
    deleted, _ = some.delete()
    return int(deleted)
