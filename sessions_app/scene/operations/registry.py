"""The operations on a scene by name, each with the arguments that it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sessions_app.scene.document import Document
from sessions_app.scene.operations.arguments import Arguments
from sessions_app.scene.operations.change import Change

F = TypeVar("F", bound=Callable[..., Change])


@dataclass(frozen=True, slots=True)
class NamedOperation:
    """A named operation: `apply(document, **arguments)` gives the change of the document."""

    name: str
    arguments: type[Arguments]
    apply: Callable[..., Change]

    def on(self, given: Arguments) -> Callable[[Document], Change]:
        """What these arguments make of a document."""
        names = self.arguments.model_fields
        return partial(self.apply, **{name: getattr(given, name) for name in names})


OPERATIONS: dict[str, NamedOperation] = {}


def operation(name: str, arguments: type[Arguments], **fixed: Any) -> Callable[[F], F]:
    """Register a function as the operation of this name.

    Args:
        name: by which every interface knows it.
        arguments: what the function takes by keyword, besides the document.
        fixed: what it takes that the name says already.

    Raises:
        ValueError: another operation has the name.
    """

    def register(apply: F) -> F:
        if name in OPERATIONS:
            raise ValueError(f"There are two operations {name}.")
        OPERATIONS[name] = NamedOperation(name, arguments, partial(apply, **fixed))
        return apply

    return register
