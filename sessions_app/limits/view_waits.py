"""Limits the calls in which views inside chats wait for changes of their scenes."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator

from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals

MAX_WAITING = 1024
MAX_WAITING_OF_A_SCENE = 32
MAX_WAITING_OF_AN_ADDRESS = 64


class ViewWaits:
    """The waits of one process; they hold no permit of the tool calls."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._held: Counter[str] = Counter()
        self._has_ended = False

    @property
    def waiting(self) -> int:
        """The number of waiting calls."""
        return len(self._waiting)

    @contextlib.contextmanager
    def hold(self, scene_session_id: int, networks: Networks) -> Iterator[asyncio.Event]:
        """Count a wait while the block runs; the event ends it when the process stops.

        Args:
            scene_session_id: the scene that is waited for.
            networks: of `origins.networks_of`, of the client.

        Raises:
            TooBusyError: too many wait, in all, for this scene or from this address.
        """
        scene = Network(f"scene {scene_session_id}")
        self._require_room(scene, networks)
        names = [scene.name, *(network.name for network in networks)]
        self._held.update(names)
        ended = asyncio.Event()
        if self._has_ended:
            ended.set()
        self._waiting.add(ended)
        try:
            yield ended
        finally:
            self._waiting.remove(ended)
            self._held.subtract(names)
            self._held += Counter()  # without those that are down to 0

    def end_all(self) -> None:
        """End all waits, and those to come, at once."""
        self._has_ended = True
        for ended in self._waiting:
            ended.set()

    def _require_room(self, scene: Network, networks: Networks) -> None:
        if len(self._waiting) >= MAX_WAITING:
            raise _busy(Limit.CHAT_VIEWS)
        if self._held[scene.name] >= MAX_WAITING_OF_A_SCENE:
            raise _busy(Limit.CHAT_VIEWS_PER_SESSION)
        for network in networks:
            if self._held[network.name] >= network.allowance(MAX_WAITING_OF_AN_ADDRESS):
                raise _busy(Limit.CHAT_VIEWS_PER_ADDRESS)


def _busy(limit: Limit) -> TooBusyError:
    refusals.note(limit)
    return TooBusyError(limit)
