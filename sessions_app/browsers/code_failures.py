"""Limits how many wrong pairing codes may be tried: by address, by network and in all."""

from typing import NoReturn

from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.errors import TooManyCodesTriedError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks
from sessions_app.limits.refusals import refusals
from sessions_app.models import PairingCodeFailure
from sessions_app.storage import statements
from sessions_app.web import origins
from sessions_app.web.pairing_codes import FAILURES_COUNT_FOR

MOST_OF_AN_ADDRESS = 5
MOST_OF_A_NETWORK = 20
MOST_IN_ALL = 5000


def require_few_failures(networks: Networks) -> None:
    """Refuse a try, right or wrong, after too many wrong ones in the last ten minutes.

    Counts rows, so that all processes agree, with or without Redis and after a restart. Tries from
    one network take turns until their transactions end, so none of them can pass as the last one
    beside others; in all, concurrent ones of several networks may.

    Args:
        networks: of `origins.networks_of`; empty for an address that counts only in all.

    Raises:
        TooManyCodesTriedError: a limit is reached.
    """
    since = clock.now() - FAILURES_COUNT_FOR
    lately = PairingCodeFailure.objects.filter(at__gt=since).order_by("-at")
    _require(lately, Limit.CODE_FAILURES, MOST_IN_ALL)
    if not networks:
        return
    widest = networks[-1]
    statements.take_turns(f"pairing codes of {widest.name}")
    near = list(lately.filter(network=widest.name).values_list("at", "counted_as")[: _most(widest)])
    for network in networks:
        times = [at for at, name in near if network in origins.networks_around(name)]
        if len(times) >= (most := _most(network)):
            _refuse(Limit.CODE_FAILURES_PER_CLIENT, (times[most - 1] - since).total_seconds())


def failure_record(networks: Networks) -> None:
    """Count a wrong code."""
    PairingCodeFailure.objects.create(
        at=clock.now(),
        counted_as=networks[0].name if networks else "",
        network=networks[-1].name if networks else "",
    )


def _most(network: Network) -> int:
    """Return the limit of an address, or of the IPv6 networks around it."""
    return min(MOST_OF_AN_ADDRESS * network.factor, MOST_OF_A_NETWORK)


def _require(lately: "QuerySet[PairingCodeFailure]", limit: Limit, most: int) -> None:
    at = lately.values_list("at", flat=True)[most - 1 : most].first()
    if at is not None:
        _refuse(limit, (at + FAILURES_COUNT_FOR - clock.now()).total_seconds())


def _refuse(limit: Limit, wait_seconds: float) -> NoReturn:
    refusals.note(limit)
    raise TooManyCodesTriedError(wait_seconds)
