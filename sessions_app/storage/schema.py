"""Migrates the database of a process that starts without an operator."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK_WITHIN_SECONDS = 60


class SchemaError(Exception):
    """The database is unusable as it is; the message says what to do."""


def bring_up_to_date() -> None:
    """Apply the migrations that a SQLite file lacks, one process at a time.

    Raises:
        SchemaError: another kind of database lacks migrations; it is shared, so the operator
            migrates it.
    """
    if not _lacks_migrations():
        return
    if connection.vendor != "sqlite":
        raise SchemaError("The database lacks migrations: run manage.py migrate, then start again.")
    with _alone(Path(f"{connection.settings_dict['NAME']}.migrating")):
        call_command("migrate", verbosity=0, interactive=False)


def _lacks_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of this file; a later process waits and then finds the work done."""
    deadline = time.monotonic() + LOCK_WITHIN_SECONDS
    with path.open("w") as file:
        while not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            if time.monotonic() > deadline:
                raise SchemaError(f"Another process has held {path.name} for too long: end it.")
            time.sleep(0.05)
        try:
            yield
        finally:
            locks.unlock(file)
