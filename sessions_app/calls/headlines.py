"""Figures for the staff's overview, derived from the statistics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sessions_app.calls.statistics import FAILED, Statistics, statistics

MAX_BARS = 6
WARNING_ERROR_RATE = 0.01
BAD_ERROR_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Overview:
    """`statistics` in the shape of the API, and derived `figures`; both are JSON."""

    statistics: dict[str, Any]
    figures: dict[str, Any]


def overview() -> Overview:
    """Read the current overview."""
    now = statistics()
    return Overview(now.as_json(), _figures(now))


def _figures(now: Statistics) -> dict[str, Any]:
    refused = now.refusals.by_limit
    return {
        "callsPerMinute": now.series[-2].calls,  # of the last full minute
        "errors": sum(now.calls.by_status.get(status, 0) for status in FAILED),
        "errorLevel": _level(now.calls.error_rate),
        "refusals": sum(refused.values()),
        "tools": _bars(now.calls.by_tool),
        "rules": _bars(now.routing.by_rule),
        "limits": _bars(refused),
    }


def _level(error_rate: float) -> str:
    if error_rate < WARNING_ERROR_RATE:
        return "good"
    return "warning" if error_rate < BAD_ERROR_RATE else "bad"


def _bars(counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the largest counts, each with its percentage of the largest."""
    largest = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MAX_BARS]
    shown = [(name, calls) for name, calls in largest if calls]
    most = max((calls for _, calls in shown), default=1)
    return [{"name": n, "count": c, "percent": round(100 * c / most)} for n, c in shown]
