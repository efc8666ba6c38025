"""The clock, in one place so that tests can set it."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

# Tests replace it; callers that keep a reference to `now`, as models do, follow.
source: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC."""
    return source()
