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


class Clock:
    """The time of the servers that follow it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "clock"
        self.go_ahead(timedelta())

    def go_ahead(self, by: timedelta) -> None:
        """Have it be so much later than it is."""
        self._path.write_text(str(by.total_seconds()))

    @property
    def environment(self) -> dict[str, str]:
        settings = "tests.settings_moving"
        return {"DJANGO_SETTINGS_MODULE": settings, "CLOCK_AHEAD_FILE": str(self._path)}
