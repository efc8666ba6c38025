"""Stores which MCP clients are at which scenes."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from sessions_app import clock
from sessions_app.browsers.presence import clients_at
from sessions_app.models import Binding, ClientPresence, SceneSession
from sessions_app.people.principals import Principal, may_reach
from sessions_app.storage.texts import storable
from sessions_app.web import origins

MAX_NAME = 60
MAX_OF_SCENE = 64
# A protocol session's token keeps this many bytes of a name. The client's digest must be the same
# on a worker that knows only the token.
_DIGESTED_NAME_BYTES = 64

SceneRef: TypeAlias = int | UUID | str
"""Refers to a scene: internal id, edit key, or the key of a protocol session bound to it."""


@dataclass(frozen=True, slots=True)
class Client:
    """An MCP client as seen in one of its messages; fields as in `ClientPresence`."""

    connection: str
    client: str
    name: str
    principal: Principal


@dataclass(slots=True)
class Heard:
    """A client's activity at a scene; `calls` are tool calls that are not stored yet."""

    client: Client
    place: SceneRef
    calls: int = 0


@lru_cache(maxsize=4096)
def client_of(
    *,
    name: str,
    title: str,
    address: str | None,
    protocol_session: str | None,
    principal: Principal,
) -> Client:
    """Return the client that sends a message.

    Args:
        name: the client's own name; any text.
        title: its name for people; may be empty.
        address: the sender's address, if known.
        protocol_session: the key of the protocol session, if there is one.
        principal: the principal that the client acts for.
    """
    address = origins.rate_key(address) or address or ""
    merged = name.encode(errors="replace")[:_DIGESTED_NAME_BYTES].decode(errors="ignore")
    identity = f"{merged}\0{address}\0{principal.user_id}"
    client = hashlib.sha256(identity.encode()).hexdigest()[:32]
    return Client(protocol_session or client, client, shown_name(title or name), principal)


def shown_name(text: str) -> str:
    """Return a client's name for people: at most 60 characters."""
    return storable(text, 10 * MAX_NAME)[:MAX_NAME].strip()


def clients_store(heard: Collection[Heard]) -> list[int]:
    """Store clients' activity; return the scenes where that changed who is present.

    Skips scenes that are unknown, closed or out of the client's reach.
    """
    at = _found(heard)
    if not at:
        return []
    scene_session_ids = sorted({scene_session_id for scene_session_id, _ in at})
    with transaction.atomic():
        before = clients_at(scene_session_ids)
        crowded = _write(at)
        _surplus_delete(crowded)
        after = clients_at(scene_session_ids)
    return [pk for pk in scene_session_ids if before[pk] != after[pk]]


def _found(heard: Iterable[Heard]) -> dict[tuple[int, str], Heard]:
    """Return the activity by scene and connection, sorted: the order of locking."""
    scenes = _scenes({entry.place for entry in heard})
    sessions = {entry.client.connection for entry in heard}
    ended = set(
        Binding.objects.filter(protocol_session__in=sessions, ended_at__isnull=False)
        .order_by()
        .values_list("protocol_session", flat=True)
    )
    at: dict[tuple[int, str], Heard] = {}
    for entry in heard:
        scene_session_id, owner_id = scenes.get(entry.place, (None, None))
        connection = entry.client.connection
        if scene_session_id is None or connection in ended:
            continue
        if may_reach(entry.client.principal, owner_id=owner_id):
            merged = at.setdefault((scene_session_id, connection), Heard(entry.client, entry.place))
            merged.calls += entry.calls
    return dict(sorted(at.items()))


def _scenes(places: Collection[SceneRef]) -> dict[SceneRef, tuple[int, int | None]]:
    """Return the internal id and owner of each reference's scene, if it is not closed."""
    ids = [place for place in places if isinstance(place, int)]
    keys = [place for place in places if isinstance(place, UUID)]
    sessions = [place for place in places if isinstance(place, str)]
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    found: dict[SceneRef, tuple[int, int | None]] = {}
    named = living.filter(Q(pk__in=ids) | Q(edit_key__in=keys)) if ids or keys else living.none()
    for pk, edit_key, owner_id in named.values_list("pk", "edit_key", "owner"):
        found[pk] = found[edit_key] = pk, owner_id
    if sessions:
        bound = living.filter(
            bindings__protocol_session__in=sessions, bindings__ended_at__isnull=True
        )
        columns = ("bindings__protocol_session", "pk", "owner")
        for session, pk, owner_id in bound.values_list(*columns):
            found[session] = pk, owner_id
    return found


def _write(at: dict[tuple[int, str], Heard]) -> set[int]:
    """Insert and update rows; return the scenes with new ones."""
    now = clock.now()
    rows = ClientPresence.objects.filter(
        scene_session__in={scene_session_id for scene_session_id, _ in at},
        connection__in={connection for _, connection in at},
    )
    known = {(row.scene_session_id, row.connection): row for row in rows.order_by()}
    new = []
    for place, entry in at.items():
        if place in known:
            held = ClientPresence.objects.filter(pk=known[place].pk)
            held.update(heard_at=now, calls=F("calls") + entry.calls)
        else:
            new.append(_row(place, entry))
    ClientPresence.objects.bulk_create(  # another worker may insert it concurrently
        new,
        update_conflicts=True,
        unique_fields=["scene_session", "connection"],
        update_fields=["heard_at"],
    )
    return {row.scene_session_id for row in new}


def _row(place: tuple[int, str], entry: Heard) -> ClientPresence:
    scene_session_id, connection = place
    return ClientPresence(
        scene_session_id=scene_session_id,
        connection=connection,
        client=entry.client.client,
        name=entry.client.name,
        calls=entry.calls,
    )


def _surplus_delete(scene_session_ids: Iterable[int]) -> None:
    """Keep only the most recent clients of each of these scenes."""
    for scene_session_id in scene_session_ids:
        rows = ClientPresence.objects.filter(scene_session=scene_session_id)
        surplus = rows.order_by("-heard_at", "-pk").values_list("pk", flat=True)[MAX_OF_SCENE:]
        if pks := list(surplus):
            rows.filter(pk__in=pks).delete()


def clients_renew(connections: Collection[str]) -> None:
    """Record that these connections are still open."""
    held = ClientPresence.objects.filter(connection__in=connections, ended_at=None)
    held.update(heard_at=clock.now())


@transaction.atomic
def client_leave(connection: str) -> list[int]:
    """Record that a connection has ended; return the scenes where that changed who is present."""
    held = ClientPresence.objects.filter(connection=connection, ended_at=None)
    scene_session_ids = list(held.order_by().values_list("scene_session", flat=True))
    if not scene_session_ids:
        return []
    before = clients_at(scene_session_ids)
    held.update(ended_at=clock.now())
    after = clients_at(scene_session_ids)
    return [pk for pk in scene_session_ids if before[pk] != after[pk]]
