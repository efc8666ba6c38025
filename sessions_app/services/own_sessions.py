"""Finds which of their own sessions a person means, where their call does not say."""

from django.conf import settings
from django.contrib.auth import get_user_model

from sessions_app import clock
from sessions_app.errors import SceneSessionAmbiguousError
from sessions_app.models import SceneSession
from sessions_app.principals import Principal
from sessions_app.routing_policy import Routed, Rule, route
from sessions_app.selectors.own_scenes import own_candidates
from sessions_app.storage import locks, statements

_ATTEMPTS = 3


def own_session_lock(
    principal: Principal, *, may_create: bool
) -> tuple[SceneSession, int, Rule] | None:
    """Lock the one that is meant; also count its connected browsers, and say which rule chose it.

    Runs in the caller's transaction. None where the person has none; where the caller would then
    make one, the person's other calls wait for it: simultaneous first calls get one session.

    Raises:
        SceneSessionAmbiguousError: there are several, and the person is to be asked.
    """
    user_id = principal.user_id
    if user_id is None:
        return None
    for _ in range(_ATTEMPTS):
        routed = _route(principal, user_id)
        if not routed.own and may_create:
            # Rows that name the person, such as other calls', may be inserted meanwhile.
            people = get_user_model().objects.select_for_update(
                no_key=True, nowait=not locks.may_wait()
            )
            people.filter(pk=user_id).first()
            routed = _route(principal, user_id)
        if routed.chosen is None:
            break
        locked = statements.lock_by_id(routed.chosen.scene_session_id)
        # Between the choice and the lock another call may have closed it: then choose again.
        if locked is not None and locked[0].state != SceneSession.State.CLOSED:
            return *locked, routed.rule
    if routed.own:
        raise SceneSessionAmbiguousError(routed.own, now=clock.now())
    return None


def _route(principal: Principal, user_id: int) -> Routed:
    strategy = principal.strategy or settings.MCP_ROUTING_STRATEGY
    return route(own_candidates(user_id), owner_id=user_id, strategy=strategy)
