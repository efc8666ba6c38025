"""`/healthz` (the process is alive) and `/readyz` (it can serve), without Django."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from http import HTTPStatus
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from starlette.types import Receive, Scope, Send

from hello3d.files.storage import page_problem
from hello3d.middleware.responses import answer
from hello3d.probes.operators import may_see_details
from sessions_app.storage.errors import writes_refused_lately
from sessions_app.storage.write_check import write_try
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

CHECK_WITHIN_SECONDS = 2.0
# Longer, because a process that failed to start has to import the checks first.
CHECK_AT_START_WITHIN_SECONDS = 15.0
CACHED_SECONDS = 1.0
STOPPING = "this process is stopping"


async def healthz(scope: Scope, _: Receive, send: Send) -> None:
    """Report that the event loop runs, without touching anything else."""
    await answer(scope, send, HTTPStatus.OK, "alive")


class Readyz:
    """Reports whether calls and browsers can be served; checks at most once a second.

    Load balancers connect by address, so any Host is accepted. Strangers get no reasons.
    """

    def __init__(self) -> None:
        self._checking: asyncio.Task[list[str]] | None = None
        self._begun = 0.0
        self._database = _DatabaseCheck()
        self._channels = _ChannelCheck()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        problems = [STOPPING] if worker.is_draining() else await self._problems()
        if not problems:
            await answer(scope, send, HTTPStatus.OK, "ready")
            return
        text = "not ready"
        if await _may_see_reasons(scope):
            text = "\n".join([text, *problems])
        await answer(scope, send, HTTPStatus.SERVICE_UNAVAILABLE, text)

    async def _problems(self) -> list[str]:
        """Return the last check's problems; concurrent requests share one check."""
        now, last = time.monotonic(), self._checking
        if (
            last is None
            or last.get_loop() is not asyncio.get_running_loop()
            or (last.done() and now - self._begun >= CACHED_SECONDS)
        ):
            self._begun = now
            last = self._checking = asyncio.create_task(self._check(), name="readiness")
        return await asyncio.shield(last)

    async def _check(self) -> list[str]:
        found = await asyncio.gather(
            _bounded("the database", self._database.run, CHECK_WITHIN_SECONDS),
            _bounded("the channel layer", self._channels.run, CHECK_WITHIN_SECONDS),
        )
        return [problem for problem in (*found, page_problem()) if problem]


async def _may_see_reasons(scope: Scope) -> bool:
    """Whether to include the reasons.

    A client that sent bad tokens still learns ready or not, never why.
    """
    try:
        async with asyncio.timeout(CHECK_WITHIN_SECONDS):
            return await may_see_details(scope)
    except Exception:  # noqa: BLE001 - the database that identifies staff may be down
        return False


async def database_problem() -> str:
    """Return why a server cannot use its database, or an empty string."""
    return await _bounded("the database", _DatabaseCheck().run, CHECK_AT_START_WITHIN_SECONDS)


async def channel_problem() -> str:
    """Return why a server cannot use its channel layer, or an empty string."""
    return await _bounded("the channel layer", _ChannelCheck().run, CHECK_AT_START_WITHIN_SECONDS)


async def _bounded(what: str, check: Callable[[], Awaitable[str]], within_seconds: float) -> str:
    try:
        async with asyncio.timeout(within_seconds):
            return await check()
    except TimeoutError:
        problem = f"{what} did not answer within {within_seconds:g} s"
    except Exception as error:  # noqa: BLE001 - any error means not ready
        problem = f"{what} cannot be reached ({type(error).__name__})"
    logger.warning("not ready: %s", problem)
    return problem


class _DatabaseCheck:
    """Checks the database on its own thread: busy call threads do not mean that it is down.

    It reads the migrations and updates its worker's own row.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._asking: asyncio.Future[str] | None = None

    async def run(self) -> str:
        """Return the problem, or an empty string. A hanging check is not started again."""
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking.done() or self._asking.get_loop() is not loop:
            here = worker.begun()
            worker_id = here.id if here else uuid4()
            self._asking = loop.run_in_executor(self._thread, _problem, worker_id)
            self._asking.add_done_callback(_retrieve)
        return await asyncio.shield(self._asking)


def _retrieve(future: asyncio.Future[str]) -> None:
    """Retrieve an abandoned failure, or asyncio would log its traceback."""
    if not future.cancelled():
        future.exception()


def _problem(worker_id: UUID) -> str:
    """Return why a process cannot use the database, or an empty string."""
    try:
        missing = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
        if missing:
            return f"{len(missing)} migrations are missing: run manage.py migrate"
        return _write_problem(worker_id)
    finally:
        connections.close_all()


def _write_problem(worker_id: UUID) -> str:
    """Return why a process cannot write, or an empty string.

    Recently refused writes count, because the small test write may still fit on a full disk.
    """
    try:
        write_try(worker_id)
    except DatabaseError as error:
        return f"the database cannot be written ({type(error.__cause__ or error).__name__})"
    if writes_refused_lately():
        return "the database has just refused a write: it is full, damaged or read-only"
    return ""


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


class _ChannelCheck:
    """Sends itself a message; on Redis it keeps one subscription while that works."""

    def __init__(self) -> None:
        self._channel = ""
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> str:
        layer = get_channel_layer()
        loop = asyncio.get_running_loop()
        if not self._channel or self._loop is not loop:
            self._channel, self._loop = await layer.new_channel("readiness."), loop
        channel, self._channel = self._channel, ""  # a failed channel is not reused
        sent = {"type": "readiness", "id": uuid4().hex}
        await layer.send(channel, sent)
        while await layer.receive(channel) != sent:
            pass  # a late message of an earlier check
        self._channel = channel
        return ""
