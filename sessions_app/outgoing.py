"""Counts what a browser has been sent and not yet confirmed; Daphne itself never pushes back."""

from collections import deque

MAX_UNACKNOWLEDGED_BYTES = 1024 * 1024


class SlowBrowserError(Exception):
    """Too much is on its way to this browser."""


class OutgoingBudget:
    def __init__(self, limit: int = MAX_UNACKNOWLEDGED_BYTES) -> None:
        self._limit = limit
        self._sent: deque[tuple[int, int]] = deque()
        self._size = 0

    def add(self, revision: int, size: int) -> None:
        """Count a frame of `size` bytes that brings the browser to `revision`.

        A single frame larger than the limit passes while nothing else is on its way.

        Raises:
            SlowBrowserError: it does not fit any more.
        """
        if self._sent and self._size + size > self._limit:
            raise SlowBrowserError
        self._sent.append((revision, size))
        self._size += size

    def settle(self, revision: int) -> None:
        """Everything up to `revision` has been shown."""
        while self._sent and self._sent[0][0] <= revision:
            self._size -= self._sent.popleft()[1]
