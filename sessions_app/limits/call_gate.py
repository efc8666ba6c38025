"""Limits the calls in flight in one process, with one fair queue per scene.

A call that only waits for a browser or a person steps aside: it still counts in its scene's queue,
but frees its permit for calls to other scenes.
"""

import asyncio
from collections import Counter, deque
from types import TracebackType

from django.conf import settings

from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks
from sessions_app.limits.rates import Buckets, Rate, TooBusyError
from sessions_app.limits.refusals import refusals

WAIT_SECONDS = 5.0
MAX_ALIASES = 4096
# Calls that may stand aside, per permit; each costs about 60 kB.
ASIDE_FOR_EACH_PERMIT = 4
# How many refusals of one queue are recorded as calls.
_RECORDED = Rate(1, 60)


class _Queue:
    """The calls with one queue name; some wait only while the queue is at its limit."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return self.running + len(self.waiting)


class CallGate:
    """Admits calls before they reach the database.

    Calls queue by what they name, usually a scene. At capacity, a call from a shorter queue evicts
    the newest waiter of the longest one, so a flood starves itself. One client, over all its
    queues, gets at most half of the permits, and a quarter of those for calls that stand aside.
    """

    def __init__(self) -> None:
        self._most_of_a_queue: int = settings.MCP_MAX_CALLS_PER_SESSION
        self._most: int = settings.MCP_MAX_CALLS
        self._queues: dict[str, _Queue] = {}
        self._aliases: dict[str, str] = {}
        self._count = 0
        self._most_of_a_client = max(1, self._most // 2)
        self._of_client: Counter[str] = Counter()
        self._most_aside = ASIDE_FOR_EACH_PERMIT * self._most
        self._most_aside_of_a_client = max(1, self._most_aside // 4)
        self._aside = 0
        self._aside_of_client: Counter[str] = Counter()
        self._refused = Buckets()

    @property
    def under_way(self) -> int:
        """Calls in flight or queued, without those that stand aside."""
        return self._count

    @property
    def aside(self) -> int:
        """Calls that stand aside."""
        return self._aside

    @property
    def is_empty(self) -> bool:
        """Whether there are no calls; then nothing is kept of those that there were."""
        counts = (self._of_client, self._aside_of_client)
        return not (self._count or self._aside or self._queues or any(counts))

    def alias(self, name: str, scene: str) -> None:
        """Queue calls of this name with those of the scene from now on."""
        if len(self._aliases) >= MAX_ALIASES:
            self._aliases.clear()
        self._aliases[name] = scene

    def queue_name(self, name: str) -> str:
        """Return the name of the queue that calls of this name use."""
        return self._aliases.get(name, name)

    async def enter(self, name: str, *, client: str = "", networks: Networks = ()) -> "Permit":
        """Wait for a permit in the queue of this name; use it as a context manager.

        Args:
            name: the queue's name: an edit key, or another key of the caller.
            client: the name of the client, if it is known; replaces `networks`.
            networks: of `origins.networks_of`, to count anonymous calls by address.

        Raises:
            TooBusyError: no permit within 5 s, or too many calls in flight in this process or of
                this client.
        """
        counted = (Network(client),) if client else networks
        self._require_room(counted)
        _add(self._of_client, counted, 1)
        try:
            name = self.queue_name(name)
            queue = self._enter(name)
            if queue.running < self._most_of_a_queue:
                queue.running += 1
            else:
                await self._wait(name, queue)
        except BaseException:
            _add(self._of_client, counted, -1)
            raise
        return Permit(self, name, queue, counted)

    def end(self, name: str, queue: _Queue, client: Networks, *, stood_aside: bool) -> None:
        """Return the permit of a call that has ended."""
        if stood_aside:
            self._aside -= 1
            _add(self._aside_of_client, client, -1)
        else:
            self._count -= 1
            _add(self._of_client, client, -1)
        self._leave_queue(name, queue)

    def step_aside(self, client: Networks) -> Limit | None:
        """Free a call's permit while it waits; return the limit if too many stand aside."""
        if self._aside >= self._most_aside:
            return Limit.CALLS_ASIDE
        if any(
            self._aside_of_client[network.name] >= self._most_aside_of(network)
            for network in client
        ):
            return Limit.CALLS_ASIDE_PER_CLIENT
        self._aside += 1
        self._count -= 1
        _add(self._of_client, client, -1)
        _add(self._aside_of_client, client, 1)
        return None

    def _most_of(self, client: Network) -> int:
        return client.allowance(self._most_of_a_client, of_all=self._most)

    def _most_aside_of(self, client: Network) -> int:
        return client.allowance(self._most_aside_of_a_client, of_all=self._most_aside)

    def _require_room(self, client: Networks) -> None:
        for network in client:
            if self._of_client[network.name] >= (most := self._most_of(network)):
                raise self.busy(Limit.CALLS_PER_CLIENT, f"of {network.name}", most)

    def _leave_queue(self, name: str, queue: _Queue) -> None:
        """Pass a permit to the queue's next waiter."""
        if queue.waiting:
            queue.waiting.popleft().set_result(None)
            return
        queue.running -= 1
        if not queue.running:
            del self._queues[name]

    def _enter(self, name: str) -> _Queue:
        queue = self._queues.get(name)
        if self._count >= self._most:
            self._make_room(name, len(queue) if queue else 0)
        if queue is None:
            queue = self._queues[name] = _Queue()
        self._count += 1
        return queue

    def _make_room(self, name: str, own: int) -> None:
        """Evict the newest waiter of the longest queue, if that is longer than the caller's own."""
        longest_name, longest = max(self._queues.items(), key=lambda item: len(item[1].waiting))
        if not longest.waiting or len(longest) <= own:
            raise self.busy(Limit.CALLS, name, self._most)
        longest.waiting.pop().set_exception(self.busy(Limit.CALLS, longest_name, self._most))
        self._count -= 1

    async def _wait(self, name: str, queue: _Queue) -> None:
        turn = asyncio.get_running_loop().create_future()
        queue.waiting.append(turn)
        try:
            await asyncio.wait([turn], timeout=WAIT_SECONDS)
        except asyncio.CancelledError:
            if not turn.done():
                self._give_up(queue, turn)
            elif turn.exception() is None:  # its turn came at this very moment
                self._count -= 1
                self._leave_queue(name, queue)
            raise
        if not turn.done():
            self._give_up(queue, turn)
            raise self.busy(Limit.CALLS_PER_SESSION, name, self._most_of_a_queue)
        turn.result()

    def _give_up(self, queue: _Queue, turn: "asyncio.Future[None]") -> None:
        queue.waiting.remove(turn)
        self._count -= 1

    def busy(self, limit: Limit, name: str, most: int = 0) -> TooBusyError:
        """Count a refusal of a call of this name and return the error to raise."""
        refusals.note(limit)
        repeated = self._refused.take(name, _RECORDED) is not None
        return TooBusyError(limit, most, repeated=repeated)


def _add(counter: Counter[str], client: Networks, number: int) -> None:
    for network in client:
        counter[network.name] += number
        if not counter[network.name]:
            del counter[network.name]


class Permit:
    """A call's permit, held while the block runs or until the call steps aside."""

    __slots__ = ("_client", "_gate", "_name", "_queue", "_stands_aside")

    def __init__(self, gate: CallGate, name: str, queue: _Queue, client: Networks) -> None:
        self._gate = gate
        self._name = name
        self._queue = queue
        self._client = client
        self._stands_aside = False

    def step_aside(self) -> None:
        """Free the permit, because the call now only waits for a browser or a person.

        Raises:
            TooBusyError: too many calls stand aside, in all or of this client.
        """
        limit = self._step_aside()
        if limit is not None:
            raise self._gate.busy(limit, self._name)

    def try_to_step_aside(self) -> bool:
        """Step aside if possible; return whether the permit is free."""
        return self._step_aside() is None

    def _step_aside(self) -> Limit | None:
        limit = None if self._stands_aside else self._gate.step_aside(self._client)
        self._stands_aside = limit is None
        return limit

    def __enter__(self) -> "Permit":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._gate.end(self._name, self._queue, self._client, stood_aside=self._stands_aside)
