"""How long one process may hold up another one on PostgreSQL."""

from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:  # the settings import this module
    from django.db.backends.base.base import BaseDatabaseWrapper

LOCK_TIMEOUT_SECONDS = 2
# A process that was frozen in a transaction loses it, and the rows that it had locked.
IDLE_IN_TRANSACTION_SECONDS = 10

_SET = "SET lock_timeout = '{}s'; SET idle_in_transaction_session_timeout = '{}s'"


class BoundedConnection(psycopg.Connection[Any]):
    """A connection of the pool; bound once, as it is made, and not for each piece of work.

    By statements, because poolers such as PgBouncer refuse the same as options of the start.
    """

    def execute(self, *args: Any, **kwargs: Any) -> "psycopg.Cursor[Any]":
        """As the pool checks a connection before it gives it away; our statements have cursors.

        Where it is broken, as after a restart of the database, all idle ones are replaced: the pool
        finds them one by one, and has whoever waits pause for 1, 2, 4 s after each.
        """
        try:
            return super().execute(*args, **kwargs)
        except psycopg.OperationalError:
            _drain_pool()
            raise

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> "BoundedConnection":
        connection = super().connect(*args, **kwargs)
        connection.execute(_SET.format(LOCK_TIMEOUT_SECONDS, IDLE_IN_TRANSACTION_SECONDS).encode())
        return connection


def _drain_pool() -> None:
    from django.db import connection  # the settings import this module

    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.drain()


def unbind(connection: "BaseDatabaseWrapper") -> None:
    """Let this connection wait and stand as long as it must, as migrations do."""
    with connection.cursor() as cursor:
        cursor.execute(_SET.format(0, 0))
