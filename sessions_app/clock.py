"""The one place that tells the time, so that tests can move it."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

# Tests set it; what has taken `now` as a default, as models do, follows.
source: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """The present moment, timezone-aware, UTC."""
    return source()
