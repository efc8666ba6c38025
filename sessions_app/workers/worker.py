"""The background services of one process: channel, leases, outcomes, limits, feed, clean-up.

They start with the first request that needs them, because Daphne has no lifespan.
"""

import asyncio
import gc
import logging
from contextvars import Context
from uuid import uuid4
from weakref import WeakKeyDictionary

from sessions_app.camera.camera import Camera
from sessions_app.limits.call_gate import CallGate
from sessions_app.limits.call_rates import CallRates
from sessions_app.limits.view_waits import ViewWaits
from sessions_app.people.bearers import Bearers
from sessions_app.wire.events import NOTICE
from sessions_app.wire.outbox import Outbox
from sessions_app.workers.call_writer import CallWriter
from sessions_app.workers.clients import ClientKeeper
from sessions_app.workers.event_streams import EventStreams
from sessions_app.workers.janitor import Janitor
from sessions_app.workers.layer_watch import LayerWatch
from sessions_app.workers.leases import LeaseKeeper
from sessions_app.workers.presence import PresenceNotifier
from sessions_app.workers.refusal_writer import RefusalWriter
from sessions_app.workers.replies import ReplyDesk
from sessions_app.workers.scene_feed import SceneFeed
from sessions_app.workers.sign_in_keeper import SignInKeeper
from sessions_app.workers.staff_feed import StaffFeed
from sessions_app.workers.worker_channel import WorkerChannel

logger = logging.getLogger(__name__)


class Worker:
    """The background services of one event loop."""

    def __init__(self) -> None:
        self.id = uuid4()
        self.channel = WorkerChannel()
        self.outbox = Outbox()
        self.replies = ReplyDesk(self.channel)
        self.leases = LeaseKeeper(self.id)
        self.channel.on(NOTICE, self.leases.tell_all)
        self.layer = LayerWatch(self.channel, self.leases)
        self.presence = PresenceNotifier(self.leases)
        self.calls = CallWriter()
        self.clients = ClientKeeper()
        self.refusals = RefusalWriter()
        self.call_rates = CallRates()
        self.call_gate = CallGate()
        self.view_waits = ViewWaits()
        self.camera = Camera()
        self.feed = SceneFeed()
        self.staff = StaffFeed()
        self.bearers = Bearers()
        self.sign_ins = SignInKeeper()
        self.streams = EventStreams(self.id, self.channel, self.replies)
        self.janitor = Janitor()
        self.is_draining = False  # set once, when the process is asked to stop
        self._starting: asyncio.Task[None] | None = None
        self._is_running = False

    async def started(self) -> "Worker":
        """Return this worker once all its services are running."""
        if self._is_running:  # each call asks several times
            return self
        if self._starting is None:
            # Not in the context (log fields, span) of the call that happens to come first.
            starting = self._start()
            self._starting = asyncio.create_task(starting, name="worker start", context=Context())
        await asyncio.shield(self._starting)
        return self

    async def _start(self) -> None:
        try:
            await self._begin()
            self._is_running = True
        except Exception:
            await self.stop()  # the next request tries again with a new worker
            raise

    async def _begin(self) -> None:
        await self.channel.start()
        self.outbox.start()
        await self.leases.start()
        self.layer.start()
        self.presence.start()
        self.calls.start()
        self.clients.start()
        self.refusals.start()
        self.call_rates.start()
        await self.feed.start()
        self.streams.start()
        await self.janitor.start()
        # Objects alive by now live as long as the process; scanning them again and again would make
        # every hundredth call slow.
        gc.collect()
        gc.freeze()

    async def stop(self) -> None:
        """Stop all services and flush them; if one fails, go on with the others."""
        for part in (
            self.layer, self.presence, self.janitor, self.streams, self.staff, self.sign_ins,
            self.camera, self.feed, self.clients, self.calls, self.leases, self.outbox,
            self.channel, self.call_rates, self.refusals,
        ):  # fmt: skip
            try:
                await part.stop()
            except Exception:
                logger.exception(
                    "a service could not be stopped", extra={"kind": type(part).__name__}
                )
        loop = asyncio.get_running_loop()
        if _workers.get(loop) is self:
            del _workers[loop]


_workers: WeakKeyDictionary[asyncio.AbstractEventLoop, Worker] = WeakKeyDictionary()


async def current() -> Worker:
    """Return the worker of the running event loop; start it if necessary."""
    loop = asyncio.get_running_loop()
    worker = _workers.get(loop)
    if worker is None:
        worker = _workers[loop] = Worker()
    return await worker.started()


def begun() -> Worker | None:
    """Return the running event loop's worker, which may still be starting, or None."""
    return _workers.get(asyncio.get_running_loop())


def is_draining() -> bool:
    """Return whether the process is stopping and starts nothing new."""
    worker = begun()
    return worker is not None and worker.is_draining


async def stop() -> None:
    """Stop the worker of the running event loop, if it has one."""
    worker = _workers.get(asyncio.get_running_loop())
    if worker is not None:
        await worker.stop()
