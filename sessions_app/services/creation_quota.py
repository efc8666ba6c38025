"""Holds each address, and the networks around it, to so many new scenes in so much time."""

import math
from datetime import timedelta

from django.conf import settings

from sessions_app import clock
from sessions_app.errors import CreationQuotaError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession
from sessions_app.web import origins


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
