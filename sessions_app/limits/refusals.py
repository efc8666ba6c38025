"""Counts the refusals of this process until they are stored.

Global to the process, because Django's views run in threads of their own.
"""

from collections import Counter
from datetime import datetime
from threading import Lock
from typing import TypeAlias

from sessions_app import clock
from sessions_app.limits.names import Limit

# By limit and by hour (UTC).
Refused: TypeAlias = Counter[tuple[Limit, datetime]]

MAX_HOURS = 24  # kept while the database is down


class Refusals:
    """Refusals that are not stored yet. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._refused: Refused = Counter()

    def note(self, limit: Limit) -> None:
        """Count one refusal."""
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        with self._lock:
            self._refused[limit, hour] += 1

    def take(self) -> Refused:
        """Return and reset the counts."""
        with self._lock:
            taken, self._refused = self._refused, Counter()
        return taken

    def give_back(self, taken: Refused) -> None:
        """Add back counts that could not be stored, dropping the oldest hours beyond 24."""
        with self._lock:
            self._refused += taken
            hours = sorted({hour for _, hour in self._refused})[-MAX_HOURS:]
            for limit, hour in [key for key in self._refused if key[1] not in hours]:
                del self._refused[limit, hour]


refusals = Refusals()
