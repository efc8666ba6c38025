"""Querysets of scene sessions and their rows, for lists."""

from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sessions_app import clock
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall
from sessions_app.people.principals import Principal


def sessions_within_reach(
    principal: Principal, *, edit_key: UUID | None = None
) -> QuerySet[SceneSession]:
    """Select the sessions that this principal may see: their own, or all for staff.

    An edit key selects its session for an anonymous principal while sign-in is off.
    """
    sessions = SceneSession.objects.select_related("owner")
    if principal.is_staff:
        return sessions
    if principal.user_id is not None:
        return sessions.filter(owner=principal.user_id)
    if edit_key is not None and not settings.MCP_ENABLE_MULTI_USER:
        return sessions.filter(edit_key=edit_key)
    return sessions.none()


def with_signs_of_life(sessions: QuerySet[SceneSession]) -> QuerySet[SceneSession]:
    """Annotate sessions with `browsers` (connected ones) and `last_call_at`."""
    live = Pairing.objects.filter(scene_session=OuterRef("pk"), lease_until__gt=clock.now())
    counted = live.order_by().values("scene_session").annotate(count=Count("pk")).values("count")
    calls = ToolCall.objects.filter(scene_session=OuterRef("pk")).order_by("-started_at")
    return sessions.annotate(
        browsers=Coalesce(Subquery(counted), 0),
        last_call_at=Subquery(calls.values("started_at")[:1]),
    )


def browsers_of(scene_session_id: int) -> QuerySet[Pairing]:
    """Select a scene's browsers, annotated with `is_connected`."""
    now = ExpressionWrapper(Q(lease_until__gt=clock.now()), output_field=BooleanField())
    return Pairing.objects.filter(scene_session=scene_session_id).annotate(is_connected=now)


def calls_of(scene_session_id: int) -> QuerySet[ToolCall]:
    """Select a scene's tool calls."""
    return ToolCall.objects.filter(scene_session=scene_session_id).select_related("user")


def revisions_of(scene_session_id: int) -> QuerySet[SceneRevision]:
    """Select a scene's stored revisions, without their patches."""
    return SceneRevision.objects.filter(scene_session=scene_session_id).defer("patch", "inverse")
