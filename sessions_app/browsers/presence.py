"""Reads of presence: which browsers and which MCP clients are at a scene at this moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from sessions_app import clock
from sessions_app.models import ClientPresence, EventStream, Pairing
from sessions_app.models.connections import SILENT_AFTER
from sessions_app.wire.scene_messages import Presence

MAX_NAMES = 3
# One that opens a connection for each call is gone after a pause that no model makes between two.
PAUSE_BETWEEN_CALLS = timedelta(seconds=60)
# What says so: connections of late that were ended after a single call.
ENDED_AFTER_ONE_CALL = 2


def presence(scene_session_id: int) -> Presence:
    """Who is at this scene."""
    return presences([scene_session_id])[scene_session_id]


def presences(scene_session_ids: Collection[int]) -> dict[int, Presence]:
    """Who is at each of these scenes."""
    live = Pairing.objects.filter(
        scene_session__in=scene_session_ids, lease_until__gt=clock.now()
    ).order_by()
    counted = live.values_list("scene_session").annotate(browsers=Count("pk"))
    browsers = dict(counted.values_list("scene_session", "browsers"))
    return {
        scene_session_id: Presence(browsers.get(scene_session_id, 0), *clients)
        for scene_session_id, clients in clients_at(scene_session_ids).items()
    }


def clients_at(scene_session_ids: Collection[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """How many clients are at each of these scenes, and at most three of their names."""
    now = clock.now()
    late = ClientPresence.objects.filter(
        scene_session__in=scene_session_ids, heard_at__gt=now - SILENT_AFTER
    )
    by_scene: defaultdict[int, list[ClientPresence]] = defaultdict(list)
    for row in late.order_by("-came_at", "-pk"):
        by_scene[row.scene_session_id].append(row)
    streaming = _streaming(by_scene.values())
    return {
        scene_session_id: _clients(by_scene.get(scene_session_id, []), streaming, now)
        for scene_session_id in scene_session_ids
    }


def _streaming(scenes: Iterable[list[ClientPresence]]) -> set[str]:
    """Of the connections that are more than one of a client's, those that have a stream open."""
    several = [row.connection for rows in scenes if len(rows) > 1 for row in rows if _lives_on(row)]
    if len(several) < 2:
        return set()
    held = EventStream.objects.filter(holder__in=several).order_by()
    return set(held.values_list("holder", flat=True))


def _clients(
    rows: list[ClientPresence], streaming: set[str], now: datetime
) -> tuple[int, tuple[str, ...]]:
    """How many clients these rows are, which came within `SILENT_AFTER`, the newest first."""
    by_client: defaultdict[str, list[ClientPresence]] = defaultdict(list)
    for row in rows:
        by_client[row.client].append(row)
    numbers = {client: _number(own, streaming, now) for client, own in by_client.items()}
    names = dict.fromkeys(row.name for row in rows if row.name and numbers[row.client])
    return sum(numbers.values()), tuple(names)[:MAX_NAMES]


def _number(rows: list[ClientPresence], streaming: set[str], now: datetime) -> int:
    """How many of one name and address are here.

    Connections count one by one where they live on, which is where they make a second call, and
    only those that were heard after the newest of them came: else each took the place of the one
    before. All others together are one client, which opens a connection for each call.
    """
    if not any(row.ended_at is None for row in rows):
        return int(_comes_back(rows, now))
    living = [row for row in rows if _lives_on(row)]
    if not living:
        return 1
    newest = max(row.came_at for row in living)
    return sum(row.heard_at >= newest or row.connection in streaming for row in living)


def _lives_on(row: ClientPresence) -> bool:
    return row.ended_at is None and row.connection != row.client and row.calls > 1


def _comes_back(rows: list[ClientPresence], now: datetime) -> bool:
    """Whether a client whose connections have all ended is only between two calls."""
    ended = [row.ended_at for row in rows if row.ended_at is not None and row.calls == 1]
    return len(ended) >= ENDED_AFTER_ONE_CALL and max(ended) > now - PAUSE_BETWEEN_CALLS
