"""How many examples Hypothesis tries."""

import os

# `make test-all` sets it. Each run has other examples, so that many short runs see as much.
_IS_LONG = "TESTS_LONG" in os.environ
_SHARE = 4
_LEAST = 20


def examples(count: int) -> int:
    """Return how many examples to try: all in the long run, a quarter in others."""
    return count if _IS_LONG else max(min(count, _LEAST), count // _SHARE)
