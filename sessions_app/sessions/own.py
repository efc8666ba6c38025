"""A person's own scenes, for routing and listing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet

from sessions_app import clock
from sessions_app.models import Pairing, SceneSession
from sessions_app.models.roles import Right, roles_with
from sessions_app.people.principals import Principal
from sessions_app.routing import Candidate, Routed, Rule, SceneSessionAmbiguousError, route
from sessions_app.sessions.finding import BrowserCounts
from sessions_app.storage import locks, statements

_ATTEMPTS = 3

MAX_LISTED = 50


@dataclass(frozen=True, slots=True)
class OwnScene:
    """A scene of the caller's, with its browsers; `name` is empty if it has none."""

    scene_session_id: int
    edit_key: UUID
    name: str
    revision: int
    changed_at: datetime
    browsers: BrowserCounts


def own_session_lock(
    principal: Principal, *, may_create: bool
) -> tuple[SceneSession, int, Rule] | None:
    """Lock the own session that is meant; return it, its connected browsers and the rule.

    Runs in the caller's transaction. None if the person has no session. If the caller then creates
    one, the person's other calls wait, so concurrent first calls share one session.

    Raises:
        SceneSessionAmbiguousError: there are several, and the person has to choose.
    """
    user_id = principal.user_id
    if user_id is None:
        return None
    for _ in range(_ATTEMPTS):
        routed = _route(principal, user_id)
        if not routed.own and may_create:
            # NO KEY: rows that reference the user, such as calls, can still be inserted.
            people = get_user_model().objects.select_for_update(
                no_key=True, nowait=not locks.may_wait()
            )
            people.filter(pk=user_id).first()
            routed = _route(principal, user_id)
        if routed.chosen is None:
            break
        locked = statements.lock_by_id(routed.chosen.scene_session_id)
        # Another call may have closed it before the lock: choose again.
        if locked is not None and locked[0].state != SceneSession.State.CLOSED:
            return *locked, routed.rule
    if routed.own:
        raise SceneSessionAmbiguousError(routed.own, now=clock.now())
    return None


def _route(principal: Principal, user_id: int) -> Routed:
    strategy = principal.strategy or settings.MCP_ROUTING_STRATEGY
    return route(own_candidates(user_id), owner_id=user_id, strategy=strategy)


def _own(user_id: int) -> QuerySet[SceneSession]:
    return SceneSession.objects.filter(owner=user_id).exclude(state=SceneSession.State.CLOSED)


def own_candidates(user_id: int) -> list[Candidate]:
    """Return the user's open and idle sessions, as candidates for routing."""
    live = Count("pairings", filter=Q(pairings__lease_until__gt=clock.now()))
    rows = _own(user_id).order_by().annotate(live=live)
    fields = ("pk", "owner_id", "edit_key", "created_at", "changed_at", "live")
    return [Candidate(*row) for row in rows.values_list(*fields)]


def own_edit_keys(user_id: int) -> list[UUID]:
    """Return the edit keys of the user's sessions, the latest change first."""
    newest = _own(user_id).order_by("-changed_at", "-pk")
    return list(newest.values_list("edit_key", flat=True)[:MAX_LISTED])


def own_scenes(user_id: int) -> list[OwnScene]:
    """Return the user's sessions that are not closed, the latest change first."""
    newest = _own(user_id).order_by("-changed_at", "-pk")
    scenes = list(
        newest.values_list("pk", "edit_key", "name", "revision", "changed_at")[:MAX_LISTED]
    )
    live = Pairing.objects.filter(
        scene_session__in=[pk for pk, *_ in scenes],
        lease_until__gt=clock.now(),
        role__in=roles_with(Right.DRAW),
    )
    browsers = defaultdict(list)
    for pk, acknowledged, visible in live.order_by().values_list(
        "scene_session", "acknowledged_revision", "visible"
    ):
        browsers[pk].append((-1 if acknowledged is None else acknowledged, visible))
    return [
        OwnScene(pk, edit_key, name, revision, changed_at, _counts(browsers[pk], revision))
        for pk, edit_key, name, revision, changed_at in scenes
    ]


def _counts(browsers: list[tuple[int, bool]], revision: int) -> BrowserCounts:
    shown = [visible for acknowledged, visible in browsers if acknowledged >= revision]
    return BrowserCounts(connected=len(browsers), acknowledged=len(shown), visible=sum(shown))
