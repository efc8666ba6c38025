"""Fills a database as a month of use would: 1,000 sessions, 1,000,000 calls, always the same.

`python -m bench.seeding` fills the migrated, empty database that DATABASE_URL names.
"""

import json
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from django.contrib.auth.models import User
from django.db import connection, models, transaction

from mcp_bridge.tools import TOOLS
from sessions_app import clock
from sessions_app.calls.counting import calls_count
from sessions_app.models import (
    Binding,
    Pairing,
    RefusalCount,
    SceneRevision,
    SceneSession,
    SceneSessionEvent,
    SceneSnapshot,
    ToolCall,
    Worker,
)
from sessions_app.scene.document import new_document

SEED = 20260728
SESSIONS = 1000
USERS = 50
LIVE_BROWSERS = 100
REVISIONS = 20  # of each session
CALLS = 1_000_000
RUNNING = 25
DAYS = timedelta(days=30)
_AHEAD = timedelta(days=1)  # leases that do not run out while somebody measures
_STATUSES = {"success": 93, "error": 5, "timeout": 1, "cancelled": 1}
_RULES = {"argument": 60, "binding": 25, "path": 10, "created": 4, "none": 1}
_ERRORS = ("invalid_arguments", "session_unknown", "session_required", "rate_limited")
_LIMITS = ("rate_per_client", "rate_per_scene", "scene_creation", "browsers_per_session")

Row = Sequence[Any]


def seed(*, calls: int = CALLS, sessions: int = SESSIONS) -> None:
    """Fill the empty database and count its calls as the workers would have done."""
    chance, now = random.Random(SEED), clock.now()
    with transaction.atomic():
        worker = Worker.objects.create(id=_uuid(chance), instance="seed", lease_until=now + _AHEAD)
        ids = _sessions(chance, now, sessions)
        _insert(ToolCall, _CALL, _calls(chance, now, ids, worker.pk, calls))
    while calls_count(most_rows=20_000):
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _sessions(chance: random.Random, now: datetime, count: int) -> list[int]:
    User.objects.bulk_create(User(username=f"person-{n}") for n in range(USERS))
    users = list(User.objects.filter(username__startswith="person-").values_list("pk", flat=True))
    SceneSession.objects.bulk_create(
        (_session(chance, now, number, users) for number in range(count)), batch_size=500
    )
    ids = list(SceneSession.objects.order_by("pk").values_list("pk", flat=True))
    _belongings(chance, now, ids)
    hours = now.replace(minute=0, second=0, microsecond=0)
    RefusalCount.objects.bulk_create(
        RefusalCount(limit=limit, hour=hours - timedelta(hours=ago), refusals=chance.randint(1, 90))
        for limit in _LIMITS
        for ago in range(48)
    )
    return ids


def _session(chance: random.Random, now: datetime, number: int, users: list[int]) -> SceneSession:
    state = ("open", "open", "open", "open", "open", "open", "open", "idle", "idle", "closed")
    made = now - DAYS * chance.random()
    changed = made + (now - made) * chance.random()
    closed = state[number % 10] == "closed"
    return SceneSession(
        edit_key=_uuid(chance),
        owner_id=chance.choice(users) if number % 2 else None,
        state=state[number % 10],
        opened_by=SceneSession.Origin.CLIENT,
        remote_address="192.0.2.1",
        created_at=made,
        changed_at=changed,
        revision=REVISIONS,
        closed_at=changed if closed else None,
        closed_by="client" if closed else "",
    )


def _belongings(chance: random.Random, now: datetime, ids: list[int]) -> None:
    """Each session's scene, history, browsers, binding and timeline; the first ones' are live."""
    document, cause = json.dumps(new_document()), _cause()
    SceneSnapshot.objects.bulk_create(
        (SceneSnapshot(scene_session_id=pk, revision=0, document=document) for pk in ids), 500
    )
    _insert(SceneRevision, _REVISION, _revisions(now, ids, cause))
    _insert(Pairing, _PAIRING, _pairings(chance, now, ids))
    Binding.objects.bulk_create(
        (Binding(scene_session_id=pk, protocol_session=_uuid(chance).hex) for pk in ids), 500
    )
    SceneSessionEvent.objects.bulk_create(
        (
            SceneSessionEvent(scene_session_id=pk, kind=kind, at=now - DAYS * chance.random())
            for pk in ids
            for kind in ("made", "joined", "left")
        ),
        500,
    )


def _cause() -> str:
    told = {"tool": "change_model_color", "title": "Change the model's color"}
    return json.dumps(told | {"callId": "0" * 32, "summary": "The model changed.", "by": "seed"})


_REVISION = ("scene_session", "revision", "patch", "inverse", "cause", "created_at")


def _revisions(now: datetime, ids: list[int], cause: str) -> Iterator[Row]:
    def patch(revision: int) -> str:
        return json.dumps(
            [{"op": "replace", "path": "/objects/o1/material/color", "value": f"#{revision:06x}"}]
        )

    for pk in ids:
        for revision in range(1, REVISIONS + 1):
            at = now - timedelta(minutes=REVISIONS - revision)
            yield pk, revision, patch(revision), patch(revision - 1), cause, at


_PAIRING = (
    "scene_session", "browser_id", "name", "role", "channel_name", "instance", "user",
    "remote_address", "counted_as", "network", "user_agent", "joined_at", "reconnections",
    "left_at", "close_code", "lease_until", "acknowledged_revision", "visible",
)  # fmt: skip


def _pairings(chance: random.Random, now: datetime, ids: list[int]) -> Iterator[Row]:
    for number, pk in enumerate(ids):
        for tab in range(3):
            live = tab == 0 and number % 10 == 1 and number // 10 < LIVE_BROWSERS
            joined = now - (timedelta(hours=1) if live else DAYS) * chance.random()
            left = None if live else joined + timedelta(minutes=5)
            yield (
                pk, f"tab-{tab}", "", "editor", f"specific.seed!{pk}-{tab}", "seed", None,
                "192.0.2.1", "192.0.2.1", "192.0.2.1", "Mozilla/5.0", joined, 0, left,
                None if live else 1001, left or now + _AHEAD, REVISIONS, live and bool(number % 3),
            )  # fmt: skip


_CALL = tuple(field.name for field in ToolCall._meta.concrete_fields)


def _calls(
    chance: random.Random, now: datetime, ids: list[int], worker: UUID, count: int
) -> Iterator[Row]:
    """Calls from 30 days ago up to now, the oldest first; the last ones run."""
    tools = [tool.name for tool in TOOLS]
    statuses = chance.choices(list(_STATUSES), list(_STATUSES.values()), k=count)
    rules = chance.choices(list(_RULES), list(_RULES.values()), k=count)
    step = DAYS / count
    for number in range(count):
        status = statuses[number] if number < count - RUNNING else "running"
        running, failed = status == "running", status == "error"
        started = now - timedelta(seconds=5) if running else now - DAYS + step * number
        yield (
            _uuid(chance), chance.choice(ids), None, "tools/call", chance.choice(tools), status,
            started, None if running else round(chance.lognormvariate(1.5, 1.0), 3), 7,
            chance.choice(_ERRORS) if failed else "", "Refused." if failed else "",
            rules[number], "2026-07-28", "seed", "1", "seed/1", "192.0.2.1", "seed", worker,
        )  # fmt: skip


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _insert(model: type[models.Model], names: Iterable[str], rows: Iterable[Row]) -> None:
    """Insert rows by the quickest way that the database has."""
    fields = {field.name: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name]}"' for name in names)
    table = f'"{model._meta.db_table}" ({columns})'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("%s" for _ in names)
            sql = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - our models' own names
            adapted = ([_sqlite(value) for value in row] for row in rows)
            cursor.executemany(sql, cast("list[Row]", adapted))  # it takes any iterable


def _sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return str(value.replace(tzinfo=None))
    return value.hex if isinstance(value, UUID) else value


if __name__ == "__main__":
    seed()
