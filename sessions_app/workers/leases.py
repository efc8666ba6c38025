"""Renews the leases of this worker's browsers, and sends each the stored revision."""

from collections.abc import Iterable, Iterator
from typing import Protocol
from uuid import UUID

from sessions_app.browsers.pairings import RENEW_EVERY_SECONDS, leases_renew, worker_leave
from sessions_app.people.access import Access, Grant
from sessions_app.storage import scene_work
from sessions_app.wire.events import Event
from sessions_app.workers.in_flight import InFlight
from sessions_app.workers.jitter import jitter
from sessions_app.workers.periodic import Periodic

# Browsers of a stopping process reconnect over a span that grows with their number.
BACK_AFTER_SECONDS = 1.0
BROWSERS_BACK_A_SECOND = 50


class Connection(Protocol):
    """A registered browser's socket."""

    scene_session_id: int
    pairing_id: int
    channel_name: str
    access: Access
    grant: Grant

    @property
    def open_questions(self) -> int:
        """How many requests of calls the browser has yet to answer."""

    def is_alive(self) -> bool:
        """Return whether the browser gave a sign of life within a lease's time."""

    def beat(self, stored_revision: int) -> None:
        """Send a heartbeat, and catch up if the browser is behind."""

    def end(self) -> None:
        """Close the socket, which missed that its session was closed."""

    def judge_again(self) -> None:
        """Close the socket, which missed that its link or its share no longer gives its role."""

    def tell(self, frame: str) -> None:
        """Queue this text message; a stuck socket is skipped."""

    def send_away(self, back_after_seconds: float) -> None:
        """Tell the browser when to reconnect, and close the socket."""


class LeaseKeeper:
    """One per worker; a dead worker's browsers count as connected until their lease has expired."""

    def __init__(self, worker_id: UUID) -> None:
        self._worker_id = worker_id
        self._connections: set[Connection] = set()
        self._connected = InFlight()
        self._renewals = Periodic(self.renew, RENEW_EVERY_SECONDS, "leases cannot be renewed yet")

    async def start(self) -> None:
        await self.renew()
        self._renewals.start()

    async def stop(self) -> None:
        if not self._renewals.is_running:
            return  # a worker that could not start has written nothing
        await self._renewals.stop()
        await scene_work.run_patiently(worker_leave, self._worker_id, _pairings(self._connections))

    def __iter__(self) -> Iterator[Connection]:
        """Iterate over this worker's browsers."""
        return iter(tuple(self._connections))

    def add(self, connection: Connection) -> None:
        if connection not in self._connections:
            self._connections.add(connection)
            self._connected.add()

    def remove(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._connected.remove()

    def send_away(self) -> None:
        """Disconnect all browsers, to reconnect later, because the process stops."""
        spread = 1 + len(self._connections) / BROWSERS_BACK_A_SECOND
        for connection in self:
            after = BACK_AFTER_SECONDS + jitter(0, spread)
            connection.send_away(round(after, 1))

    async def all_left(self, *, within_seconds: float) -> bool:
        """Wait until no browser is connected; return False if that takes too long."""
        return await self._connected.wait_for_none(within_seconds=within_seconds)

    def tell_all(self, event: Event) -> None:
        """Send an event's frame to every browser of this worker."""
        for connection in self:
            connection.tell(event["frame"])

    def tell_scene(self, scene_session_id: int, frame: str) -> None:
        """Send a text message to this worker's browsers of a scene."""
        for connection in self:
            if connection.scene_session_id == scene_session_id:
                connection.tell(frame)

    def scenes(self) -> set[int]:
        """Return the scenes of this worker's browsers."""
        return {connection.scene_session_id for connection in self._connections}

    async def renew(self) -> None:
        """Renew all leases at once, then send each live browser a heartbeat."""
        alive = [connection for connection in self._connections if connection.is_alive()]
        grants = (connection.grant for connection in alive)
        shares = {grant.share_id for grant in grants if grant.share_id is not None}
        leased = await scene_work.run_patiently(
            leases_renew, self._worker_id, _pairings(alive), shares
        )
        for connection in alive:
            session = leased.get(connection.scene_session_id)
            if session is None:
                connection.end()
            elif not session.upholds(connection.access, connection.grant):
                connection.judge_again()
            else:
                connection.beat(session.revision)


def _pairings(connections: Iterable[Connection]) -> list[tuple[int, str]]:
    return [(connection.pairing_id, connection.channel_name) for connection in connections]
