"""Holds the browsers of a session, and the pages of a person or an address, to their number."""

from django.conf import settings
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.errors import TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import Pairing


def require_place(
    scene_session_id: int, browser_id: str, *, user_id: int | None, counted_as: str
) -> None:
    """Refuse a browser that comes to a session where there are as many as there may be.

    Live leases count, on whatever process; the browser's own does not, so one that comes back is
    never too many by itself. Runs in the transaction that joins it, on a locked session: of one
    session's browsers the number is exact. Of those that join other sessions at the very same
    moment PostgreSQL does not know: of a person's and an address's pages no more can come on top
    than all processes have database threads.

    Raises:
        TooManyConnectionsError: one more would be too many.
    """
    live = Pairing.objects.filter(lease_until__gt=clock.now()).order_by()
    others = live.exclude(scene_session=scene_session_id, browser_id=browser_id)
    here = others.filter(scene_session=scene_session_id)
    _require(Limit.BROWSERS_PER_SESSION, here, settings.MCP_MAX_BROWSERS_PER_SESSION)
    if user_id is not None:
        own = others.filter(user=user_id)
        _require(Limit.CONNECTIONS_PER_USER, own, settings.MCP_MAX_CONNECTIONS_PER_USER)
    if counted_as:
        near = others.filter(counted_as=counted_as)
        _require(Limit.CONNECTIONS_PER_ADDRESS, near, settings.MCP_MAX_CONNECTIONS_PER_ADDRESS)


def _require(limit: Limit, others: QuerySet[Pairing], most: int) -> None:
    if others[most - 1 : most].exists():
        refusals.note(limit)
        raise TooManyConnectionsError(limit, most)
