"""The operations on a scene by name, each with the arguments that it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document
from sessions_app.scene.operations.arguments import Arguments, Skipping
from sessions_app.scene.operations.change import Change, Report, Step, change_of
from sessions_app.scene.operations.locked import LockedError

Given = TypeVar("Given", bound=Arguments)
Write: TypeAlias = Callable[[Edit, Given], Report]
# What the time is, in seconds since 1970.
Clock: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Operation:
    """A named operation: `write(edit, given)` applies the arguments to an edit."""

    name: str
    arguments: type[Arguments]
    write: Callable[[Edit, Any], Report]

    def on(self, given: Arguments, clock: Clock) -> Step:
        """Bind the arguments; the result turns a document into a change.

        Args:
            given: the arguments.
            clock: read when the change is made.
        """
        skips = isinstance(given, Skipping) and given.skip_locked

        def step(document: Document) -> Change:
            def write(edit: Edit) -> Report:
                return self.write(edit, given)

            try:
                return change_of(document, write, now=clock(), skips_locked=skips)
            except LockedError as error:
                if isinstance(given, Skipping) and not skips:
                    error.may_be_skipped(self.name)
                raise

        return step


OPERATIONS: dict[str, Operation] = {}


def operation(name: str, arguments: type[Given]) -> Callable[[Write[Given]], Write[Given]]:
    """Register a function as the operation of this name.

    Args:
        name: the same in every interface.
        arguments: the model of its arguments.

    Raises:
        ValueError: another operation has the name.
    """

    def register(write: Write[Given]) -> Write[Given]:
        if name in OPERATIONS:
            raise ValueError(f"There are two operations {name}.")
        OPERATIONS[name] = Operation(name, arguments, write)
        return write

    return register
