"""Spreads out in time what would otherwise come all at once."""

import random


def jitter(low: float, high: float) -> float:
    """Return a number between these at random; it is no secret."""
    return random.uniform(low, high)  # noqa: S311 - as the docstring says
