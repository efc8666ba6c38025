"""The scene's operations, by name and with plain values."""

from typing import Any

from sessions_app.scene.operations import OPERATIONS, Step


def step_of(name: str, **given: Any) -> Step:
    """The operation of this name with these arguments, which are checked as every interface does.

    Raises:
        ValidationError: the arguments are none of the operation's.
    """
    operation = OPERATIONS[name]
    return operation.on(operation.arguments.model_validate(given))
