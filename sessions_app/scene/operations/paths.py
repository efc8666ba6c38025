"""Refusals that name the argument, by path, to which they are due."""

from collections.abc import Iterator
from contextlib import contextmanager

from sessions_app.scene.document.members import MAX_TEXT_LENGTH
from sessions_app.scene.errors import InvalidValueError


@contextmanager
def at(path: str) -> Iterator[None]:
    """Begin the message of a refusal in this block with a path: `objects[3].size`."""
    try:
        yield
    except InvalidValueError as refused:
        reword(refused, f"`{path}`: {refused.message}")
        raise


def reword(refused: InvalidValueError, message: str) -> None:
    """Give a refusal another message."""
    refused.message = refused.recorded = message
    refused.args = (message,)


def require_length(text: str, path: str) -> None:
    """Check that a text is neither empty nor too long.

    Raises:
        InvalidValueError: names it by its path.
    """
    if not 0 < len(text) <= MAX_TEXT_LENGTH:
        raise InvalidValueError(
            f"`{path}` has {len(text)} characters: give 1 to {MAX_TEXT_LENGTH}."
        )


def require_alone(given: dict[str, object], path: str, *groups: tuple[str, ...]) -> None:
    """Check that of each group of arguments at most one is given.

    Args:
        given: the arguments that were given, by name.
        path: of the object that they are in; empty at the top.
        groups: names that contradict each other.

    Raises:
        InvalidValueError: two of a group are given.
    """
    for group in groups:
        both = [name for name in group if name in given]
        if len(both) > 1:
            first, second = (f"`{path}.{name}`".replace("`.", "`") for name in both[:2])
            raise InvalidValueError(
                f"{first} and {second} contradict each other: give one of them."
            )
