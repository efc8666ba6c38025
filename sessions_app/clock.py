"""The clock, in one place so that tests can set it."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

# Tests replace it; callers that keep a reference to `now`, as models do, follow.
source: Callable[[], datetime] = timezone.now


def seconds() -> float:
    """Return the current time in seconds since 1970, to the millisecond, as pages read it."""
    return round(now().timestamp(), 3)


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC."""
    return source()
