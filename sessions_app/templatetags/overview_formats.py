"""How the overview words numbers; static/js/staff/formats.js words them alike."""

from datetime import datetime

from django import template

from sessions_app.calls.overview import MAX_COUNTED_CALLS

NOTHING = "–"  # noqa: RUF001 - an en dash, for what has no value

register = template.Library()


@register.filter
def count(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


@register.filter
def calls(number: int | None) -> str:
    """A number of calls that is counted up to a limit only."""
    if number is None:
        return NOTHING
    if number > MAX_COUNTED_CALLS:
        return f"{MAX_COUNTED_CALLS:,}+"
    return f"{number:,}"


@register.filter
def duration(milliseconds: float | None) -> str:
    """With as many digits as tell something, and a unit."""
    if milliseconds is None:
        return NOTHING
    if 0 < milliseconds < 0.1:
        return "<0.1 ms"
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms".replace(".0 ms", " ms")
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.2f} s"
    return f"{milliseconds / 60_000:.1f} min"


@register.filter
def share(part: float | None) -> str:
    """A share of 1 in percent."""
    if part is None:
        return NOTHING
    if part == 0:
        return "0%"
    return "<0.1%" if part < 0.001 else f"{part * 100:.1f}%"


@register.filter
def clock_time(moment: str | None) -> str:
    """The time of day, UTC, of a moment in ISO 8601."""
    return datetime.fromisoformat(moment).strftime("%H:%M:%S") if moment else NOTHING


@register.filter
def clock_minute(moment: str | None) -> str:
    """The same without seconds."""
    return clock_time(moment)[:5]


@register.filter
def ago(moment: str | None, at: str) -> str:
    """How long before `at` a moment was; both in ISO 8601."""
    if not moment:
        return NOTHING
    seconds = (datetime.fromisoformat(at) - datetime.fromisoformat(moment)).total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "now"


@register.filter
def words(name: str | None) -> str:
    """A name of our code as words: "not_found" is "not found"."""
    return (name or "").replace("_", " ")
