"""The one place that tells the time, so that tests can move it."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, timezone-aware, UTC."""
    return timezone.now()
