"""Faults that the soak must find: each replaces a function of the program in a worker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

LEAKED_BYTES = 50_000
_leaked: list[bytearray] = []


def leak() -> None:
    """Each call leaves something behind."""
    from sessions_app import steering as steering_module

    steering: Any = steering_module
    performed = steering.tool_call_perform

    def leaking(*arguments: Any) -> Any:
        _leaked.append(bytearray(LEAKED_BYTES))
        return performed(*arguments)

    steering.tool_call_perform = leaking


def keep_leases() -> None:
    """A browser that leaves keeps its lease for an hour."""
    from sessions_app import clock
    from sessions_app import consumers as consumers_module
    from sessions_app.models import Pairing

    def stay(pairing_id: int, **_: Any) -> None:
        until = clock.now() + timedelta(hours=1)
        Pairing.objects.filter(pk=pairing_id).update(lease_until=until)

    consumers: Any = consumers_module
    consumers.pairing_leave = stay


def never_sleep() -> None:
    """Sessions that nobody uses stay awake."""
    from sessions_app.workers import janitor as janitor_module

    janitor: Any = janitor_module
    janitor.TASKS = tuple(task for task in janitor.TASKS if task.name != "sessions put to sleep")


FAULTS: dict[str, Callable[[], None]] = {
    "leak": leak,
    "lease": keep_leases,
    "state": never_sleep,
}
