"""Counts what the limits of this process refuse, until it is written down.

One for the whole process, because Django's views run beside the event loop, in threads.
"""

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import TypeAlias

from sessions_app import clock
from sessions_app.limits.names import Limit

# By limit and by the hour, UTC, in which it refused something.
Refused: TypeAlias = Counter[tuple[Limit, datetime]]

MAX_HOURS = 24  # of a database that is away


class Refusals:
    """What was refused since it was last asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._refused: Refused = Counter()

    def note(self, limit: Limit) -> None:
        """Count one refusal."""
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        with self._lock:
            self._refused[limit, hour] += 1

    def take(self) -> Refused:
        """All that was not taken yet."""
        with self._lock:
            taken, self._refused = self._refused, Counter()
        return taken

    def give_back(self, taken: Refused) -> None:
        """Count again what could not be written; the oldest goes where it is too much."""
        with self._lock:
            self._refused += taken
            hours = sorted({hour for _, hour in self._refused})[-MAX_HOURS:]
            for limit, hour in [key for key in self._refused if key[1] not in hours]:
                del self._refused[limit, hour]


refusals = Refusals()
