"""Timeouts that keep one process from blocking another on PostgreSQL."""

from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:  # the settings import this module
    from django.db.backends.base.base import BaseDatabaseWrapper

LOCK_TIMEOUT_SECONDS = 2
# Ends the transaction of a frozen process and releases its row locks.
IDLE_IN_TRANSACTION_SECONDS = 10

_SET = "SET lock_timeout = '{}s'; SET idle_in_transaction_session_timeout = '{}s'"


class BoundedConnection(psycopg.Connection[Any]):
    """A pooled connection whose timeouts are set once, when it opens.

    They are set by statements, because poolers such as PgBouncer refuse startup options.
    """

    def execute(self, *args: Any, **kwargs: Any) -> "psycopg.Cursor[Any]":
        """Run the pool's check of a connection before use; our own statements use cursors.

        If it is broken, as after a database restart, replace all idle connections. The pool would
        find them one by one, backing off for 1, 2, 4 s after each.
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
    """Remove the timeouts of this connection, for migrations."""
    with connection.cursor() as cursor:
        cursor.execute(_SET.format(0, 0))
