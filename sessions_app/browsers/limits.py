"""Limits the browsers of a session and the pages of a person or an address."""

from typing import Any, NoReturn

from django.conf import settings
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.errors import TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.limits.refusals import refusals
from sessions_app.models import Pairing
from sessions_app.web import origins

# Of a scene's places, pages that came by shares leave so many percent to those of its own link.
KEPT_FROM_SHARES_PERCENT = 25


def require_place(
    scene_session_id: int,
    browser_id: str,
    *,
    by_share: bool,
    user_id: int | None,
    networks: Networks,
) -> None:
    """Refuse a browser if a limit is reached.

    A page that came by a share is refused earlier, so that others' pages never keep the owner out.

    Counts live leases on all processes, without the browser's own, so a reconnect is never refused
    because of itself. Runs in the joining transaction with the session locked, so the limit per
    session is exact. On PostgreSQL, concurrent joins to other sessions are not visible, so the
    limits per person and address can be exceeded by at most the number of database threads of all
    processes.

    Raises:
        TooManyConnectionsError: a limit is reached.
    """
    live = Pairing.objects.filter(lease_until__gt=clock.now()).order_by()
    others = live.exclude(scene_session=scene_session_id, browser_id=browser_id)
    here = others.filter(scene_session=scene_session_id)
    most = settings.MCP_MAX_BROWSERS_PER_SESSION
    kept = -(-most * KEPT_FROM_SHARES_PERCENT // 100) if by_share else 0
    _require(Limit.BROWSERS_PER_SESSION, here, most - kept)
    if user_id is not None:
        own = others.filter(user=user_id)
        _require(Limit.CONNECTIONS_PER_USER, own, settings.MCP_MAX_CONNECTIONS_PER_USER)
    if networks:
        _require_place_of(networks, others)


def _require(limit: Limit, others: QuerySet[Pairing], most: int) -> None:
    if most < 1 or others[most - 1 : most].exists():
        _refuse(limit, most)


def _require_place_of(networks: Networks, others: QuerySet[Pairing]) -> None:
    most = allowance_reached(networks, others, settings.MCP_MAX_CONNECTIONS_PER_ADDRESS)
    if most is not None:
        _refuse(Limit.CONNECTIONS_PER_ADDRESS, most)


def allowance_reached(networks: Networks, others: QuerySet[Any], of_an_address: int) -> int | None:
    """Return the allowance of the first network that has used up its own; None if none has.

    Args:
        networks: of an address, the narrowest first; at least one.
        others: the rows that count, each with its `network` and `counted_as`.
        of_an_address: how many a single address may have.
    """
    widest = networks[-1]
    near = others.filter(network=widest.name).values_list("counted_as", flat=True)
    names = list(near[: widest.allowance(of_an_address)])
    for network in networks:
        own = sum(network in origins.networks_around(name) for name in names)
        if own >= (most := network.allowance(of_an_address)):
            return most
    return None


def _refuse(limit: Limit, most: int) -> NoReturn:
    refusals.note(limit)
    raise TooManyConnectionsError(limit, most)
