"""What happens in the life of a scene session, and its times."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings

from sessions_app.browsers.pairings import Visitor, pairing_join, pairing_leave
from sessions_app.models import (
    Pairing,
    SceneSession,
    SceneSessionEvent,
)
from sessions_app.people.access import Access
from sessions_app.routing import Target

SECOND = timedelta(seconds=1)

MINUTE = timedelta(minutes=1)

RETENTION = timedelta(days=settings.MCP_SESSION_RETENTION_DAYS)

BOUND = Target(protocol_session="b" * 32, may_create=True)


def join(edit_key: UUID, browser_id: str = "tab", channel: str = "c") -> Pairing:
    visitor = Visitor(browser_id, "A browser", channel, None, "")
    return pairing_join(access=Access(edit_key), visitor=visitor).pairing


def leave(pairing: Pairing, close_code: int = 1001) -> None:
    pairing_leave(pairing.pk, channel_name=pairing.channel_name, close_code=close_code)


def events(scene_session: SceneSession) -> list[tuple[str, str]]:
    rows = SceneSessionEvent.objects.filter(scene_session=scene_session).order_by("pk")
    return list(rows.values_list("kind", "reason"))


def state_of(scene_session: SceneSession) -> str:
    return SceneSession.objects.get(pk=scene_session.pk).state
