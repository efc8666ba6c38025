"""The limits of one browser's connection: what it is sent unconfirmed, and what it may send."""

from collections import deque

MAX_UNACKNOWLEDGED_BYTES = 1024 * 1024
MESSAGES_PER_SECOND = 50
MAX_MESSAGE_BYTES = 256 * 1024
MAX_MESSAGE_VALUES = 1000  # a picture has five, an answer of the page a few dozen
# A message costs as many as it has of these bytes.
BYTES_OF_A_MESSAGE = 8 * 1024
# Pings, pongs and the pieces of messages: a message of 256 KiB in pieces of a network's packets.
FRAMES_AT_ONCE = 500


class SlowBrowserError(Exception):
    """Too much is on its way to this browser."""


class OutgoingBudget:
    """Counts what was sent and not yet confirmed; Daphne itself never pushes back."""

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


class MessageAllowance:
    """50 messages a second, and one more for each that we sent unasked: no answer is too many.

    Times are in seconds of a monotonic clock; `at_once` is how many may come at a time, those of a
    second where it is not given.
    """

    def __init__(self, now: float, at_once: int | None = None) -> None:
        self._at_once = self._left = float(at_once or MESSAGES_PER_SECOND)
        self._answers = 0
        self._at = now

    def expect_answer(self) -> None:
        """A message was sent that the browser may answer."""
        self._answers = min(self._answers + 1, 10_000)

    def take(self, now: float, count: int = 1) -> bool:
        """Count what came in, as so many messages; False where they are too many."""
        refilled = self._left + (now - self._at) * MESSAGES_PER_SECOND
        self._left, self._at = min(refilled, self._at_once), now
        if self._answers:
            self._answers -= 1
            return True
        self._left -= count
        return self._left >= 0
