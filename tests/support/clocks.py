"""Moves the time that the program goes by: in this process, or in servers of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from sessions_app import clock


@contextmanager
def moved(by: timedelta) -> Iterator[None]:
    """Have it be so much later, or earlier, than it is, while the block runs."""
    before = clock.source
    clock.source = lambda: before() + by
    try:
        yield
    finally:
        clock.source = before


def follow(path: Path) -> None:
    """From now on, go ahead by the seconds that stand in a file, which may change at any time."""

    def ahead() -> datetime:
        return timezone.now() + timedelta(seconds=float(path.read_text() or 0))

    clock.source = ahead
