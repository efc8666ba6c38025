"""How many calls are under way at once in one process; those of one scene wait in line."""

import asyncio
from collections import Counter, deque
from types import TracebackType

from django.conf import settings

from sessions_app.errors import TooBusyError
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Buckets, Rate
from sessions_app.limits.refusals import refusals

WAIT_SECONDS = 5.0
MAX_KNOWN_NAMES = 4096
# Of the refusals of one line, so many are recorded as calls.
_RECORDED = Rate(1, 60)


class _Line:
    """The calls that name one thing. Some wait only while as many are under way as may be."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return self.running + len(self.waiting)


class CallGate:
    """Lets calls through before the database is asked, so that no flood stands before the others.

    A line is known by what its calls name. When the process is full, who comes from a shorter line
    takes the place of the last who waits in the longest: a flood is refused its own calls first.
    One client, with however many lines, has half of the places at the most.
    """

    def __init__(self) -> None:
        self._most_of_a_line: int = settings.MCP_MAX_CALLS_PER_SESSION
        self._most: int = settings.MCP_MAX_CALLS
        self._lines: dict[str, _Line] = {}
        self._same: dict[str, str] = {}
        self._count = 0
        self._most_of_a_client = max(1, self._most // 2)
        self._of_client: Counter[str] = Counter()
        self._refused = Buckets()

    @property
    def under_way(self) -> int:
        """How many calls are under way or wait at this moment."""
        return self._count

    def learn(self, name: str, scene: str) -> None:
        """Take note that a name means a scene, whose calls from now on stand in one line."""
        if len(self._same) >= MAX_KNOWN_NAMES:
            self._same.clear()
        self._same[name] = scene

    async def enter(self, name: str, *, client: str = "") -> "Place":
        """Take a place in the line of this name, after waiting where need be; `with` holds it.

        Args:
            name: what the call names.
            client: who sends it; empty for one that is not counted.

        Raises:
            TooBusyError: none came free within 5 s, or too many are under way in this process, in
                all or of this client.
        """
        if client and self._of_client[client] >= self._most_of_a_client:
            raise self._busy(Limit.CALLS_PER_CLIENT, f"of {client}")
        self._of_client[client] += 1
        try:
            name = self._same.get(name, name)
            line = self._enter(name)
            if line.running < self._most_of_a_line:
                line.running += 1
            else:
                await self._wait(name, line)
        except BaseException:
            self._let_go(client)
            raise
        return Place(self, name, line, client)

    def end(self, name: str, line: _Line, client: str) -> None:
        """A call is over that held a place."""
        self._let_go(client)
        self.leave(name, line)

    def _let_go(self, client: str) -> None:
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]

    def leave(self, name: str, line: _Line) -> None:
        """Give a place to the next in its line."""
        self._count -= 1
        if line.waiting:
            line.waiting.popleft().set_result(None)
            return
        line.running -= 1
        if not line.running:
            del self._lines[name]

    def _enter(self, name: str) -> _Line:
        line = self._lines.get(name)
        if self._count >= self._most:
            self._make_room(name, len(line) if line else 0)
        if line is None:
            line = self._lines[name] = _Line()
        self._count += 1
        return line

    def _make_room(self, name: str, own: int) -> None:
        """Send away the last who waits in the longest line, where that is longer than one's own."""
        longest_name, longest = max(self._lines.items(), key=lambda item: len(item[1].waiting))
        if not longest.waiting or len(longest) <= own:
            raise self._busy(Limit.CALLS, name)
        longest.waiting.pop().set_exception(self._busy(Limit.CALLS, longest_name))
        self._count -= 1

    async def _wait(self, name: str, line: _Line) -> None:
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append(turn)
        try:
            await asyncio.wait([turn], timeout=WAIT_SECONDS)
        except asyncio.CancelledError:
            if not turn.done():
                self._give_up(line, turn)
            elif turn.exception() is None:  # its turn came in this very moment
                self.leave(name, line)
            raise
        if not turn.done():
            self._give_up(line, turn)
            raise self._busy(Limit.CALLS_PER_SESSION, name)
        turn.result()

    def _give_up(self, line: _Line, turn: "asyncio.Future[None]") -> None:
        line.waiting.remove(turn)
        self._count -= 1

    def _busy(self, limit: Limit, name: str) -> TooBusyError:
        refusals.note(limit)
        most = {
            Limit.CALLS: self._most,
            Limit.CALLS_PER_CLIENT: self._most_of_a_client,
            Limit.CALLS_PER_SESSION: self._most_of_a_line,
        }[limit]
        repeated = self._refused.take(name, _RECORDED) is not None
        return TooBusyError(limit, most, repeated=repeated)


class Place:
    """A place that a call holds while the block runs."""

    __slots__ = ("_client", "_gate", "_line", "_name")

    def __init__(self, gate: CallGate, name: str, line: _Line, client: str) -> None:
        self._gate = gate
        self._name = name
        self._line = line
        self._client = client

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._gate.end(self._name, self._line, self._client)
