"""What the staff's overview tells beside the statistics: figures that are made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sessions_app.calls.statistics import FAILED, Statistics, statistics

MAX_BARS = 6
WARNING_ERROR_RATE = 0.01
BAD_ERROR_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Overview:
    """`statistics` is the shape that the API tells too; `figures` are JSON as well."""

    statistics: dict[str, Any]
    figures: dict[str, Any]


def overview() -> Overview:
    """How the installation is doing at this moment."""
    now = statistics()
    return Overview(now.as_json(), _figures(now))


def _figures(now: Statistics) -> dict[str, Any]:
    refused = now.refusals.by_limit
    return {
        "callsPerMinute": now.series[-2].calls,  # of the last minute that is over
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
    """The largest of them, each with its share of the largest one in percent."""
    largest = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MAX_BARS]
    shown = [(name, calls) for name, calls in largest if calls]
    most = max((calls for _, calls in shown), default=1)
    return [{"name": n, "count": c, "percent": round(100 * c / most)} for n, c in shown]
