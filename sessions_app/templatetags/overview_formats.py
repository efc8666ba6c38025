"""Formats numbers of the overview, the same as static/js/staff/formats.js."""

from datetime import datetime

from django import template

from sessions_app.calls.overview import MAX_COUNTED_CALLS

NOTHING = "–"  # noqa: RUF001 - an en dash, for missing values

register = template.Library()


@register.filter
def count(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


@register.filter
def calls(number: int | None) -> str:
    """Format a number of calls that is capped at a limit."""
    if number is None:
        return NOTHING
    if number > MAX_COUNTED_CALLS:
        return f"{MAX_COUNTED_CALLS:,}+"
    return f"{number:,}"


@register.filter
def duration(milliseconds: float | None) -> str:
    """Format a duration with significant digits and a unit."""
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
    """Format a share (0 to 1) in percent."""
    if part is None:
        return NOTHING
    if part == 0:
        return "0%"
    return "<0.1%" if part < 0.001 else f"{part * 100:.1f}%"


@register.filter
def clock_time(moment: str | None) -> str:
    """Format an ISO 8601 time as the time of day, in UTC."""
    return datetime.fromisoformat(moment).strftime("%H:%M:%S") if moment else NOTHING


@register.filter
def clock_minute(moment: str | None) -> str:
    """Format an ISO 8601 time as hours and minutes, in UTC."""
    return clock_time(moment)[:5]


@register.filter
def ago(moment: str | None, at: str) -> str:
    """Format how long a time was before `at`; both in ISO 8601."""
    if not moment:
        return NOTHING
    seconds = (datetime.fromisoformat(at) - datetime.fromisoformat(moment)).total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "now"


@register.filter
def words(name: str | None) -> str:
    """Turn an identifier into words: "not_found" becomes "not found"."""
    return (name or "").replace("_", " ")
