"""Reads the browsers and MCP clients that are at a scene."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sessions_app import clock
from sessions_app.models import ClientPresence, EventStream, Pairing
from sessions_app.models.connections import SILENT_AFTER
from sessions_app.wire.scene_messages import Presence
from sessions_app.wire.together_messages import Person

MAX_NAMES = 3
# A client with a connection per call is gone after a pause longer than between a model's calls.
PAUSE_BETWEEN_CALLS = timedelta(seconds=60)
# Its mark: this many recent connections that ended after a single call.
ENDED_AFTER_ONE_CALL = 2


def presence(scene_session_id: int) -> Presence:
    """Return who is at this scene."""
    return presences([scene_session_id])[scene_session_id]


def presences(scene_session_ids: Collection[int]) -> dict[int, Presence]:
    """Return who is at each of these scenes."""
    live = Pairing.objects.filter(
        scene_session__in=scene_session_ids, lease_until__gt=clock.now()
    ).order_by("number", "pk")
    people: defaultdict[int, list[Person]] = defaultdict(list)
    columns = ("scene_session", "person_id", "number", "name")
    for scene_session_id, *person in live.values_list(*columns):
        people[scene_session_id].append(Person(*person))
    return {
        scene_session_id: Presence(
            len(people[scene_session_id]),
            *clients,
            # Without those who came to an earlier release, which gave no numbers.
            tuple(person for person in people[scene_session_id] if person.number > 0),
        )
        for scene_session_id, clients in clients_at(scene_session_ids).items()
    }


def clients_at(scene_session_ids: Collection[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Return the number of clients at each of these scenes, and at most three names."""
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
    """Return the connections with an open stream, among clients with several connections."""
    several = [row.connection for rows in scenes if len(rows) > 1 for row in rows if _lives_on(row)]
    if len(several) < 2:
        return set()
    held = EventStream.objects.filter(holder__in=several).order_by()
    return set(held.values_list("holder", flat=True))


def _clients(
    rows: list[ClientPresence], streaming: set[str], now: datetime
) -> tuple[int, tuple[str, ...]]:
    """Count the clients of these rows (newest first), and name at most three."""
    by_client: defaultdict[str, list[ClientPresence]] = defaultdict(list)
    for row in rows:
        by_client[row.client].append(row)
    numbers = {client: _number(own, streaming, now) for client, own in by_client.items()}
    names = dict.fromkeys(row.name for row in rows if row.name and numbers[row.client])
    return sum(numbers.values()), tuple(names)[:MAX_NAMES]


def _number(rows: list[ClientPresence], streaming: set[str], now: datetime) -> int:
    """Count the clients that share one digest.

    Connections that made a second call count one by one, but only those heard since the newest of
    them came; otherwise each replaced the one before. All others together are one client that opens
    a connection per call.
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
    """Return whether a client whose connections have all ended is between two calls."""
    ended = [row.ended_at for row in rows if row.ended_at is not None and row.calls == 1]
    return len(ended) >= ENDED_AFTER_ONE_CALL and max(ended) > now - PAUSE_BETWEEN_CALLS
