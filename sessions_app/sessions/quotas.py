"""Limits and quotas of scene sessions: in all, per person, per address and network."""

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

# Above this percentage of all sessions, only signed-in people may create more.
RESERVED_FROM_PERCENT = 90


def require_room(principal: Principal) -> None:
    """Refuse another session if a limit is reached.

    The total limit counts open sessions. Idle ones cost only their rows, and waking one is never
    refused. The limit per person counts all that are not closed.

    Both are counted in the transaction that adds the session. SQLite, with one writer, is exact. On
    PostgreSQL concurrent transactions do not see each other, so the limits can be exceeded by at
    most the number of database threads of all processes.

    Raises:
        TooManySessionsError: a limit is reached.
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
    """Return whether there are at least `number`, by reading the index only."""
    return sessions.order_by()[number - 1 : number].exists()


def _refuse(limit: Limit, most: int) -> NoReturn:
    refusals.note(limit)
    raise TooManySessionsError(limit, most)


def require_quota(networks: Networks) -> None:
    """Refuse another session if the creation quota of these networks is used up.

    Counts rows in the transaction that adds the session, so all processes agree, with or without
    Redis and after a restart, and rolled-back sessions do not count. On PostgreSQL, concurrent
    requests may each pass as the last.

    Args:
        networks: of `origins.networks_of`; empty for an address without a quota.

    Raises:
        CreationQuotaError: the quota is used up.
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
