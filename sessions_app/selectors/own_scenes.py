"""Reads of a person's own scenes: which a call could mean, and how they stand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sessions_app import clock
from sessions_app.models import Pairing, SceneSession
from sessions_app.routing_policy import Candidate
from sessions_app.selectors.scenes import BrowserCounts

MAX_LISTED = 50


def _own(user_id: int) -> QuerySet[SceneSession]:
    return SceneSession.objects.filter(owner=user_id).exclude(state=SceneSession.State.CLOSED)


def own_candidates(user_id: int) -> list[Candidate]:
    """The sessions of this user that a call could mean: they are open or asleep."""
    live = Count("pairings", filter=Q(pairings__lease_until__gt=clock.now()))
    rows = _own(user_id).order_by().annotate(live=live)
    fields = ("pk", "owner_id", "edit_key", "created_at", "changed_at", "live")
    return [Candidate(*row) for row in rows.values_list(*fields)]


def own_edit_keys(user_id: int) -> list[UUID]:
    """The edit keys of the user's sessions, that of the one changed last first."""
    newest = _own(user_id).order_by("-changed_at", "-pk")
    return list(newest.values_list("edit_key", flat=True)[:MAX_LISTED])


@dataclass(frozen=True, slots=True)
class OwnScene:
    """A scene of the caller's, and who looks on."""

    scene_session_id: int
    edit_key: UUID
    revision: int
    changed_at: datetime
    browsers: BrowserCounts


def own_scenes(user_id: int) -> list[OwnScene]:
    """The user's sessions that are not closed, the one changed last first."""
    newest = _own(user_id).order_by("-changed_at", "-pk")
    scenes = list(newest.values_list("pk", "edit_key", "revision", "changed_at")[:MAX_LISTED])
    live = Pairing.objects.filter(
        scene_session__in=[pk for pk, *_ in scenes], lease_until__gt=clock.now()
    )
    browsers = defaultdict(list)
    for pk, acknowledged, visible in live.order_by().values_list(
        "scene_session", "acknowledged_revision", "visible"
    ):
        browsers[pk].append((-1 if acknowledged is None else acknowledged, visible))
    return [
        OwnScene(pk, edit_key, revision, changed_at, _counts(browsers[pk], revision))
        for pk, edit_key, revision, changed_at in scenes
    ]


def _counts(browsers: list[tuple[int, bool]], revision: int) -> BrowserCounts:
    shown = [visible for acknowledged, visible in browsers if acknowledged >= revision]
    return BrowserCounts(connected=len(browsers), acknowledged=len(shown), visible=sum(shown))
