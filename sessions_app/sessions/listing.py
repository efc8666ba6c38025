"""Which scene sessions somebody may see, and what belongs to one, as lists show them."""

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
    """The sessions that this principal may know of: their own, for staff all.

    An edit key reaches its own session for somebody who is not signed in, and only while sign-in
    is off.
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
    """Add `browsers`, how many are connected, and `last_call_at` to each session."""
    live = Pairing.objects.filter(scene_session=OuterRef("pk"), lease_until__gt=clock.now())
    counted = live.order_by().values("scene_session").annotate(count=Count("pk")).values("count")
    calls = ToolCall.objects.filter(scene_session=OuterRef("pk")).order_by("-started_at")
    return sessions.annotate(
        browsers=Coalesce(Subquery(counted), 0),
        last_call_at=Subquery(calls.values("started_at")[:1]),
    )


def browsers_of(scene_session_id: int) -> QuerySet[Pairing]:
    """Who has looked at a scene; `is_connected` says who does now."""
    now = ExpressionWrapper(Q(lease_until__gt=clock.now()), output_field=BooleanField())
    return Pairing.objects.filter(scene_session=scene_session_id).annotate(is_connected=now)


def calls_of(scene_session_id: int) -> QuerySet[ToolCall]:
    """What was called in a scene."""
    return ToolCall.objects.filter(scene_session=scene_session_id).select_related("user")


def revisions_of(scene_session_id: int) -> QuerySet[SceneRevision]:
    """The changes of a scene that are still kept, without their patches."""
    return SceneRevision.objects.filter(scene_session=scene_session_id).defer("patch", "inverse")
