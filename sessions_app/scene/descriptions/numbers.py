"""Numbers in words."""

from collections.abc import Iterable

# Meters to this many decimals are as exact as a sentence has to be.
_DECIMALS = 3


def format_number(value: float) -> str:
    """Format a stored number without needless digits: 6, 2.5, 26.33."""
    return f"{value:.10g}"


def format_numbers(values: Iterable[float]) -> str:
    """Format several stored numbers as "1, 2.5, 3"."""
    return ", ".join(map(format_number, values))


def rounded(value: float) -> str:
    """Format a length in meters or an angle in degrees for a sentence; never as -0."""
    return f"{round(value, _DECIMALS) + 0.0:g}"


def sides(values: Iterable[float]) -> str:
    """Format a size in meters as "1.2 × 0.75 × 0.8"."""
    return " × ".join(map(rounded, values))


def point(values: Iterable[float]) -> str:
    """Format a position in meters as "0, 0.38, 0"."""
    return ", ".join(map(rounded, values))


def two_decimals(value: float) -> str:
    """Format a computed angle or distance for a sentence, to two decimals."""
    return format_number(round(value, 2) + 0.0)
