"""The scene's operations, by name and with plain values."""

from typing import Any

from sessions_app.scene.operations import OPERATIONS, Step


def step_of(name: str, /, *, at: float = 0.0, **given: Any) -> Step:
    """The operation of this name with these arguments, which are checked as every interface does.

    `at` is the moment of the change, in seconds since 1970.

    Raises:
        ValidationError: the arguments are none of the operation's.
    """
    operation = OPERATIONS[name]
    return operation.on(operation.arguments.model_validate(given), lambda: at)
