"""Clamps, refuses and rounds numbers for storage."""

from typing import Any

from sessions_app.scene.descriptions.numbers import format_number
from sessions_app.scene.document import Range
from sessions_app.scene.errors import InvalidValueError


def stored(value: float) -> float:
    """Round to six decimals, and never to -0.0."""
    return round(value, 6) + 0.0


def stored_numbers(value: Any) -> Any:
    """Round all numbers in a value, at any depth."""
    if isinstance(value, dict):
        return {name: stored_numbers(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [stored_numbers(each) for each in value]
    return stored(value) if isinstance(value, float) else value


def limit_numbers(accepted: Range, **numbers: float) -> tuple[list[float], str | None]:
    """Clamp named numbers to a range for storage; also return a sentence on what was clamped.

    Too large or too small is clamped. Below zero, or zero where the range begins above it, has no
    meaning for a length or an intensity and is refused.

    Raises:
        InvalidValueError: names the argument, its value and the accepted range.
    """
    for name, value in numbers.items():
        if value < 0 <= accepted.minimum or value == 0 < accepted.minimum:
            raise InvalidValueError(
                f"The value {format_number(value)} for {name} is not accepted; "
                f"give a number from {accepted}."
            )
    limited = {name: stored(accepted.clamp(value)) for name, value in numbers.items()}
    notes = [
        f"The value {format_number(value)} for {name} is outside {accepted}, so it was set to "
        f"{format_number(limited[name])}."
        for name, value in numbers.items()
        if value not in accepted
    ]
    return list(limited.values()), " ".join(notes) or None
