"""Prebuilt SQL for tool calls; the ORM would build it anew for every call.

Building a statement costs three times as much as running it (docs/performance.md). Tables, columns
and value formats come from the models, so statements follow migrations.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from sessions_app import clock
from sessions_app.models import Binding, Pairing, SceneRevision, SceneSession
from sessions_app.models.roles import Right, roles_with
from sessions_app.storage import locks
from sessions_app.storage.errors import LockedError

Values: TypeAlias = Mapping[str, Any]
_Adapt: TypeAlias = Callable[[Any], Any]

# What Django gives to every database as it is.
_PLAIN = (
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.IntegerField,
    models.TextField,
)


def _adapter(field: "models.Field[Any, Any]") -> _Adapt | None:
    """Return what makes of a field's value what the database takes; None if it takes it as it is.

    Asking the fields for each value costs as much as a statement.
    """
    if isinstance(field, models.ForeignKey):
        return _adapter(field.target_field)
    if isinstance(field, _PLAIN):
        return None
    database = connections[DEFAULT_DB_ALIAS]
    if isinstance(field, models.UUIDField):
        return None if database.features.has_native_uuid_field else attrgetter("hex")
    if isinstance(field, models.DateTimeField):
        return database.ops.adapt_datetimefield_value
    return partial(field.get_db_prep_save, connection=database)


class _Prepared:
    """A statement for the named fields of a model, which also adapts their values."""

    _sql: str

    def __init__(self, model: type[models.Model], names: Iterable[str]) -> None:
        self._table = f'"{model._meta.db_table}"'
        self._names = tuple(names)
        fields = {field.name: field for field in model._meta.concrete_fields}
        self._fields = [fields[name] for name in self._names]
        # Made with the first statement: they differ from database to database.
        self._adapting: list[tuple[str, _Adapt | None]] = []

    def _run(self, rows: Sequence[Values]) -> None:
        with connection.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(self._sql, self._adapted(rows[0]))
            elif rows:
                cursor.executemany(self._sql, [self._adapted(row) for row in rows])

    def _insertion(self) -> str:
        marks = ", ".join(["%s"] * len(self._names))
        return f"INSERT INTO {self._table} ({', '.join(self._columns())}) VALUES ({marks})"

    def _columns(self) -> list[str]:
        return [f'"{field.column}"' for field in self._fields]

    def _adapted(self, values: Values) -> list[Any]:
        if not self._adapting:
            self._adapting = list(zip(self._names, map(_adapter, self._fields), strict=True))
        return [
            value if (value := values[name]) is None or adapt is None else adapt(value)
            for name, adapt in self._adapting
        ]


class Insert(_Prepared):
    """Inserts rows with these fields."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        super().__init__(model, names)
        self._sql = self._insertion()

    def run(self, *rows: Values) -> None:
        self._run(rows)


class InsertNew(_Prepared):
    """Inserts a new instance of a model and sets its id."""

    def __init__(self, model: type[models.Model]) -> None:
        own_id = model._meta.pk
        fields = [field for field in model._meta.concrete_fields if field is not own_id]
        super().__init__(model, [field.name for field in fields])
        self._sql = f'{self._insertion()} RETURNING "id"'

    def run(self, instance: models.Model) -> None:
        values = {field.name: getattr(instance, field.attname) for field in self._fields}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, self._adapted(values))
            instance.pk = cursor.fetchone()[0]
        instance._state.adding, instance._state.db = False, connection.alias


class Update(_Prepared):
    """Updates the rows that match `keys` and the condition `only` (SQL)."""

    def __init__(
        self,
        model: type[models.Model],
        *names: str,
        keys: tuple[str, ...] = ("id",),
        only: str = "",
    ) -> None:
        super().__init__(model, (*names, *keys))
        columns = [f"{column} = %s" for column in self._columns()]
        assignments, conditions = columns[: len(names)], columns[len(names) :]
        conditions += [only] if only else []
        self._sql = (
            f"UPDATE {self._table} SET {', '.join(assignments)} WHERE {' AND '.join(conditions)}"
        )

    def run(self, *rows: Values) -> None:
        self._run(rows)


_BY_CAUSE = (
    f'SELECT "revision" FROM "{SceneRevision._meta.db_table}"'
    ' WHERE "scene_session_id" = %s AND substr("cause", 1, %s) = %s'
    ' ORDER BY "revision" DESC LIMIT 1'
)


def revision_of_cause(scene_session_id: int, beginning: str) -> int | None:
    """Return the newest kept revision whose cause begins with exactly this text."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_CAUSE, [scene_session_id, len(beginning), beginning])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


class FoundBinding(NamedTuple):
    """What a protocol session is bound to, and what its client has done since."""

    is_ended: bool
    called_again: bool
    scene_session_id: int | None


_BINDING = (
    'SELECT "ended_at" IS NOT NULL, "called_again", "scene_session_id"'
    f' FROM "{Binding._meta.db_table}" WHERE "protocol_session" = %s'
)


def find_binding(protocol_session: str) -> FoundBinding | None:
    """Return the binding of a protocol session, without locking it."""
    with connection.cursor() as cursor:
        cursor.execute(_BINDING, [protocol_session])
        row = cursor.fetchone()
    return None if row is None else FoundBinding(bool(row[0]), bool(row[1]), row[2])


_LOCKED = (
    "id",
    "edit_key",
    "owner_id",
    "state",
    "changed_at",
    "revision",
    "snapshot_revision",
    "unsnapshotted_bytes",
    "document_bytes",
    "undo_position",
    "undo_floor",
    "client_marks",
    "persons_words",
    "unconfirmed_revision",
    "invited_at",
)
_SESSION = SceneSession._meta.db_table
_SELECT = (
    "SELECT "
    + ", ".join(f's."{name}"' for name in _LOCKED)
    + f', (SELECT count(*) FROM "{Pairing._meta.db_table}" p'
    ' WHERE p."scene_session_id" = s."id" AND p."lease_until" > %s'
    f' AND p."role" IN ({", ".join(repr(role.value) for role in roles_with(Right.DRAW))}))'
)
_BY_EDIT_KEY = f'{_SELECT} FROM "{_SESSION}" s WHERE s."edit_key" = %s'
_BY_BINDING = (
    f'{_SELECT}, b."called_again" FROM "{_SESSION}" s'
    f' JOIN "{Binding._meta.db_table}" b ON b."scene_session_id" = s."id"'
    ' WHERE b."protocol_session" = %s AND b."ended_at" IS NULL'
)
_BY_ID = f'{_SELECT} FROM "{_SESSION}" s WHERE s."id" = %s'
_OPEN = f'SELECT 1 FROM "{_SESSION}" WHERE "state" = %s LIMIT 1 OFFSET %s'
_edit_key = SceneSession._meta.get_field("edit_key")


def are_open(number: int) -> bool:
    """Return whether at least `number` sessions are open, by reading the index only."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [SceneSession.State.OPEN, number - 1])
        return cursor.fetchone() is not None


def lock_by_edit_key(edit_key: UUID) -> tuple[SceneSession, int] | None:
    """Lock the session with this edit key; return it with its number of browsers that count."""
    locked = _lock(_BY_EDIT_KEY, _edit_key.get_db_prep_value(edit_key, connection))
    return locked[:2] if locked else None


def lock_by_id(scene_session_id: int) -> tuple[SceneSession, int] | None:
    """Lock the session with this internal id; return it with its number of browsers that count."""
    locked = _lock(_BY_ID, scene_session_id)
    return locked[:2] if locked else None


def lock_by_binding(protocol_session: str) -> tuple[SceneSession, int, bool] | None:
    """Lock the session that a protocol session is bound to, unless its client has ended it.

    Return it with its number of browsers that count, and whether the protocol session has called
    again since it was bound.
    """
    locked = _lock(_BY_BINDING, protocol_session)
    return (locked[0], locked[1], bool(locked[2])) if locked else None


def _lock(sql: str, value: Any) -> tuple[Any, ...] | None:
    """Return the session, its number of browsers, and the statement's further columns."""
    if connection.features.has_select_for_update:  # SQLite locks as the transaction begins
        sql += " FOR UPDATE OF s" if locks.may_wait() else " FOR UPDATE OF s NOWAIT"
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, value])
        row = cursor.fetchone()
    if row is None:
        return None
    scene_session = SceneSession.from_db(connection.alias, _LOCKED, row[: len(_LOCKED)])
    scene_session.edit_key = _edit_key.to_python(row[1])
    if scene_session.changed_at.tzinfo is None:  # as SQLite gives it: UTC
        scene_session.changed_at = scene_session.changed_at.replace(tzinfo=UTC)
    return scene_session, *row[len(_LOCKED) :]


def take_turns(subject: str) -> None:
    """Serialize the transactions that name the same subject."""
    if connection.vendor != "postgresql":  # SQLite serializes all writers
        return
    with connection.cursor() as cursor:
        if locks.may_wait():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [subject])
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [subject])
        if not cursor.fetchone()[0]:
            raise LockedError
