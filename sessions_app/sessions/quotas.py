"""How many scene sessions there may be: of all, of each person, of each address and network."""

import math
from datetime import timedelta
from typing import NoReturn

from django.conf import settings
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.errors import CreationQuotaError, TooManySessionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession
from sessions_app.people.principals import Principal
from sessions_app.storage import statements
from sessions_app.web import origins

# From here on only people who are signed in start sessions: in hundredths of all.
RESERVED_FROM_PERCENT = 90


def require_room(principal: Principal) -> None:
    """Refuse one more session where there are as many as there may be.

    Of all sessions the open ones count: those that sleep cost nothing but their rows, and waking
    one is never refused. Of a person's own, all that are not closed count.

    Both are counted in the transaction that would add one. On SQLite, which has one writer, that is
    exact. On PostgreSQL transactions of the very same moment do not see each other: no more than
    the database threads of all processes can come on top.

    Raises:
        TooManySessionsError: one more would be too many.
    """
    signed_in = principal.user_id is not None
    if signed_in:
        own = SceneSession.objects.filter(owner=principal.user_id)
        most = settings.MCP_MAX_SESSIONS_PER_USER
        if _has(own.exclude(state=SceneSession.State.CLOSED), most):
            _refuse(Limit.SESSIONS_PER_USER, most)
    most = settings.MCP_MAX_SESSIONS
    if not signed_in:
        most = -(-most * RESERVED_FROM_PERCENT // 100)
    if statements.are_open(most):
        _refuse(Limit.SESSIONS if signed_in else Limit.SESSIONS_ANONYMOUS, most)


def _has(sessions: QuerySet[SceneSession], number: int) -> bool:
    """Whether there are so many; the index is read up to there, and no row."""
    return sessions.order_by()[number - 1 : number].exists()


def _refuse(limit: Limit, most: int) -> NoReturn:
    refusals.note(limit)
    raise TooManySessionsError(limit, most)


def require_quota(networks: Networks) -> None:
    """Refuse where the sessions made from there lately are as many as may be made.

    The rows themselves are counted, in the transaction that would add one: so all processes count
    alike, with Redis or without, after a restart too, and what was rolled back does not count.
    On PostgreSQL, requests of the very same moment may each be the last.

    Args:
        networks: of `origins.networks_of`; empty for an address without a quota.

    Raises:
        CreationQuotaError: one more would be too many.
    """
    quota: Rate | None = settings.SCENE_CREATION_QUOTA
    if quota is None or not networks:
        return
    now, span, widest = clock.now(), timedelta(seconds=quota.seconds), networks[-1]
    made = SceneSession.objects.filter(network=widest.name, created_at__gt=now - span)
    newest = made.order_by("-created_at").values_list("created_at", "counted_as")
    lately = list(newest[: quota.times(widest.factor).calls])
    for network in networks:
        own, most = quota.times(network.factor), quota.times(network.factor).calls
        times = [at for at, name in lately if network in origins.networks_around(name)]
        if len(times) >= most:
            refusals.note(Limit.CREATION_QUOTA)
            wait = math.ceil((times[most - 1] + span - now).total_seconds())
            raise CreationQuotaError(own, wait_seconds=wait)
