"""Limits of one browser's connection: unacknowledged bytes sent to it, and messages from it."""

from collections import deque

MAX_UNACKNOWLEDGED_BYTES = 1024 * 1024
MESSAGES_PER_SECOND = 50
MAX_MESSAGE_BYTES = 256 * 1024
MAX_MESSAGE_VALUES = 1000  # a picture has five, a reply of the page a few dozen
# A larger message counts as several of this size.
BYTES_OF_A_MESSAGE = 8 * 1024
# Pings, pongs and fragments; enough for a message of 256 KiB in packet-sized fragments.
FRAMES_AT_ONCE = 500


class SlowBrowserError(Exception):
    """Too many bytes are in flight to this browser."""


class OutgoingBudget:
    """Counts bytes sent and not yet acknowledged; the server itself applies no back pressure."""

    def __init__(self, limit: int = MAX_UNACKNOWLEDGED_BYTES) -> None:
        self._limit = limit
        self._sent: deque[tuple[int, int]] = deque()
        self._size = 0

    def add(self, revision: int, size: int) -> None:
        """Count a frame of `size` bytes that brings the browser to `revision`.

        A single frame larger than the limit passes while nothing else is in flight.

        Raises:
            SlowBrowserError: the frame exceeds the budget.
        """
        if self._sent and self._size + size > self._limit:
            raise SlowBrowserError
        self._sent.append((revision, size))
        self._size += size

    def settle(self, revision: int) -> None:
        """Release the frames up to `revision`, which the browser has shown."""
        while self._sent and self._sent[0][0] <= revision:
            self._size -= self._sent.popleft()[1]


class MessageAllowance:
    """Allows 50 messages a second, plus one reply for each message of ours that asks for one.

    Times are seconds of a monotonic clock. `at_once` is the burst size; by default, one second's
    worth.
    """

    def __init__(self, now: float, at_once: int | None = None) -> None:
        self._at_once = self._left = float(at_once or MESSAGES_PER_SECOND)
        self._answers = 0
        self._at = now

    def expect_answer(self) -> None:
        """Allow one reply to a message just sent."""
        self._answers = min(self._answers + 1, 10_000)

    def take(self, now: float, count: int = 1) -> bool:
        """Count a message as `count` messages; return False if that exceeds the allowance."""
        refilled = self._left + (now - self._at) * MESSAGES_PER_SECOND
        self._left, self._at = min(refilled, self._at_once), now
        if self._answers:
            self._answers -= 1
            return True
        self._left -= count
        return self._left >= 0
