"""What goes wrong in a soak: by a seeded chance, each kind once before any comes again."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Collection

import psutil
import psycopg

from tests.soak.stage import Stage, during
from tests.support.postgres import frozen
from tests.support.waiting import WITHIN_SECONDS

EVERY_SECONDS = 7
AWAY_SECONDS = (1.0, 12.0)
# Past the 25 s that a call has.
LONG_AWAY_SECONDS = (20.0, 32.0)
# Past the 10 s after which PostgreSQL ends what stands still in the middle of a change.
FROZEN_SECONDS = (2.0, 14.0)
HOLD_WITHIN_SECONDS = 10.0
START_ATTEMPTS = 5

Trouble = Callable[[], Awaitable[None]]


class Troubles:
    """One thing after the other goes wrong; everything stands again afterwards."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._chance = random.Random(seed)

    def kinds(self) -> dict[str, Trouble]:
        """What can go wrong, by the name under which it is counted."""
        raise NotImplementedError

    async def strike(self, seconds: float) -> None:
        """Have something go wrong now and then, for so many seconds."""
        end = time.monotonic() + seconds
        kinds = list(self.kinds().items())
        while kinds:
            for name, trouble in self._chance.sample(kinds, len(kinds)):
                await asyncio.sleep(self._chance.uniform(0.5, 1.5) * EVERY_SECONDS)
                if time.monotonic() > end:
                    return
                await trouble()
                self._stage.happened[name] += 1

    async def _wait(self, between_seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self._chance.uniform(*between_seconds))


class WorkerTroubles(Troubles):
    """What happens to the mortal worker."""

    def kinds(self) -> dict[str, Trouble]:
        return {
            "worker killed": self._kill_worker,
            "worker stopped": self._stop_worker,
            "worker frozen": self._freeze_worker,
            "worker frozen in the middle of a change": self._freeze_holder,
        }

    async def _kill_worker(self) -> None:
        with during(self._stage.mortal_troubles):
            await asyncio.to_thread(self._stage.mortal.kill)
            await self._start_worker()

    async def _stop_worker(self) -> None:
        with during(self._stage.mortal_troubles):
            await asyncio.to_thread(self._stage.mortal.stop)
            await self._start_worker()

    async def _start_worker(self) -> None:
        """Start it as whatever looks after it would: again where it ends, for a store is away."""
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                await asyncio.to_thread(self._stage.mortal.start)
            except RuntimeError:
                await asyncio.to_thread(self._stage.mortal.kill)
                if attempt == START_ATTEMPTS:
                    raise
            else:
                return

    async def _freeze_worker(self) -> None:
        with during(self._stage.mortal_troubles), frozen([self._worker_process()]):
            await self._wait(FROZEN_SECONDS)

    async def _freeze_holder(self) -> None:
        """Freeze it at whatever moments, until it holds the lock of a scene, and then for a time.

        The first ones last for milliseconds.
        """
        process, end = self._worker_process(), time.monotonic() + HOLD_WITHIN_SECONDS
        holds = False
        with during(self._stage.mortal_troubles):
            while not holds and time.monotonic() < end:
                await asyncio.sleep(self._chance.uniform(0.005, 0.02))
                async with self._stage.asking:
                    with frozen([process]):
                        holds = await asyncio.to_thread(self._holds_a_scene)
                        if holds:
                            self._stage.happened["a scene was held"] += 1
                            await self._wait(FROZEN_SECONDS)

    def _holds_a_scene(self) -> bool:
        try:
            return self._stage.postgres.holds_a_scene(self._stage.mortal.instance)
        except psycopg.OperationalError:
            return False

    def _worker_process(self) -> psutil.Process:
        return psutil.Process(self._stage.mortal.pid)


class StoreTroubles(Troubles):
    """What happens to the stores of these names."""

    def __init__(self, stage: Stage, seed: int, stores: Collection[str]) -> None:
        super().__init__(stage, seed)
        self._stores = stores

    def kinds(self) -> dict[str, Trouble]:
        of_stores: dict[str, dict[str, Trouble]] = {
            "valkey": {
                "Valkey killed": self._kill_valkey,
                "Valkey restarted": self._restart_valkey,
                "Valkey frozen": self._freeze_valkey,
            },
            "postgres": {
                "PostgreSQL restarted": self._restart_postgres,
                "PostgreSQL crashed": self._crash_postgres,
                "PostgreSQL frozen": self._freeze_postgres,
                "PostgreSQL frozen for long": self._freeze_postgres_for_long,
                "PostgreSQL takes no connections": self._freeze_main_process,
                "connection frozen": self._freeze_backend,
                "connection killed": self._kill_backend,
            },
        }
        return {
            name: trouble
            for store, troubles in of_stores.items()
            if store in self._stores
            for name, trouble in troubles.items()
        }

    # Valkey

    async def _kill_valkey(self) -> None:
        with self._away():
            await asyncio.to_thread(self._stage.valkey.terminate)
            await self._wait(AWAY_SECONDS)
            await asyncio.to_thread(self._stage.valkey.start, WITHIN_SECONDS)

    async def _restart_valkey(self) -> None:
        with self._away():
            await asyncio.to_thread(self._stage.valkey.stop, WITHIN_SECONDS)
            await asyncio.to_thread(self._stage.valkey.start, WITHIN_SECONDS)

    async def _freeze_valkey(self) -> None:
        [process] = [
            child
            for child in psutil.Process().children()
            if child.name().startswith("valkey-server")
        ]
        with self._away(), frozen([process]):
            await self._wait(AWAY_SECONDS)

    # PostgreSQL

    async def _restart_postgres(self) -> None:
        await self._replace_postgres(at_once=False)

    async def _crash_postgres(self) -> None:
        await self._replace_postgres(at_once=True)

    async def _replace_postgres(self, *, at_once: bool) -> None:
        postgres = self._stage.postgres
        async with self._stage.asking:
            with self._away():
                await asyncio.to_thread(postgres.stop, at_once=at_once)
                await self._wait(AWAY_SECONDS)
                await asyncio.to_thread(postgres.start)

    async def _freeze_postgres(self) -> None:
        await self._freeze_all_of_postgres(AWAY_SECONDS)

    async def _freeze_postgres_for_long(self) -> None:
        await self._freeze_all_of_postgres(LONG_AWAY_SECONDS)

    async def _freeze_all_of_postgres(self, seconds: tuple[float, float]) -> None:
        async with self._stage.asking:
            with self._away(), frozen(self._stage.postgres.processes()):
                await self._wait(seconds)

    async def _freeze_main_process(self) -> None:
        """Connections that there are go on, and new ones hang."""
        async with self._stage.asking:
            with self._troubled(), frozen([self._stage.postgres.main_process()]):
                await self._wait(AWAY_SECONDS)

    async def _freeze_backend(self) -> None:
        async with self._stage.asking:
            backend = await asyncio.to_thread(self._stage.postgres.worker_backend)
            if backend is not None:
                with self._troubled(), frozen([backend]):
                    await self._wait(AWAY_SECONDS)

    async def _kill_backend(self) -> None:
        """PostgreSQL then ends all its connections, and begins anew by itself."""
        async with self._stage.asking:
            backend = await asyncio.to_thread(self._stage.postgres.worker_backend)
            if backend is not None:
                with self._troubled(), contextlib.suppress(psutil.NoSuchProcess):
                    backend.kill()
                    await asyncio.to_thread(self._stage.postgres.await_answer)

    # What the judge of readiness asks for

    def _away(self) -> contextlib.AbstractContextManager[None]:
        return during(self._stage.stores_away, self._stage.store_troubles)

    def _troubled(self) -> contextlib.AbstractContextManager[None]:
        return during(self._stage.store_troubles)
