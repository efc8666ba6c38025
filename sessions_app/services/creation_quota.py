"""Holds each address to so many new scenes in so much time."""

import math
from datetime import timedelta

from django.conf import settings

from sessions_app import clock
from sessions_app.errors import CreationQuotaError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession


def require_quota(counted_as: str) -> None:
    """Refuse where the sessions that this address made lately are as many as it may make.

    The rows themselves are counted, in the transaction that would add one: so all processes count
    alike, with Redis or without, after a restart too, and what was rolled back does not count.
    On PostgreSQL, requests of the very same moment may each be the last.

    Args:
        counted_as: of `origins.counted_as`; empty for an address without a quota.

    Raises:
        CreationQuotaError: one more would be too many.
    """
    quota = settings.SCENE_CREATION_QUOTA
    if quota is None or not counted_as:
        return
    now, span = clock.now(), timedelta(seconds=quota.seconds)
    made = SceneSession.objects.filter(counted_as=counted_as, created_at__gt=now - span)
    times = made.order_by("-created_at").values_list("created_at", flat=True)
    first_that_counts = times[quota.calls - 1 : quota.calls].first()
    if first_that_counts is not None:
        wait = first_that_counts + span - now
        refusals.note(Limit.CREATION_QUOTA)
        raise CreationQuotaError(quota, wait_seconds=math.ceil(wait.total_seconds()))
