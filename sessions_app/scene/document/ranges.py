"""Intervals of accepted numbers."""

from typing import NamedTuple


class Range(NamedTuple):
    """A closed interval of accepted numbers."""

    minimum: float
    maximum: float

    def __contains__(self, value: object) -> bool:
        """Return whether this is a number in the interval; JSON's true, 1e999 and NaN are not."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.minimum <= value <= self.maximum

    def __str__(self) -> str:
        """Read as "0.01 to 100"."""
        return f"{self.minimum:g} to {self.maximum:g}"

    def clamp(self, value: float) -> float:
        """Return the nearest number in the interval."""
        return min(max(value, self.minimum), self.maximum)
