"""What the providers' APIs have in common, and what each calls it.

A dialect reads a request (the tools that it offers, what it shows the model of the last calls) and
writes the model's answer: one call, or a word that ends the turn.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

Body = dict[str, Any]
DONE = "Done."


@dataclass(frozen=True)
class Call:
    """A tool call of the model; `id` is one of its own."""

    id: str
    name: str
    arguments: dict[str, Any]

    @property
    def as_json(self) -> str:
        return json.dumps(self.arguments)


@dataclass(frozen=True)
class Offered:
    """A tool as the agent offers it to its model."""

    description: str
    schema: Body


@dataclass
class Shown:
    """What a model is shown of a call's result: all text, and the media types of the pictures."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        self.text = f"{self.text}\n{text}" if self.text else text

    def add_picture(self, url: str) -> None:
        """A picture that a model sees: a data: URL with its bytes."""
        head, _, data = url.partition(";base64,")
        assert head.startswith("data:image/"), url[:80]
        assert data
        self.pictures.append(head.removeprefix("data:"))


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    media_type: str
    content: bytes

    @classmethod
    def of_json(cls, value: object) -> "Reply":
        return cls("application/json", json.dumps(value).encode())

    @classmethod
    def of_events(cls, events: Iterator[Body], *, named: bool = False, end: str = "") -> "Reply":
        """Server-sent events, each `named` by its type where the API does so."""
        lines = [
            (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n"
            for event in events
        ]
        return cls("text/event-stream", "".join([*lines, end]).encode())


class Dialect(Protocol):
    """One provider's API."""

    def offered(self, body: Body) -> dict[str, Offered]:
        """The tools by their names."""

    def shown(self, body: Body) -> Shown:
        """What came of the calls that the model made last."""

    def answer(self, path: str, body: Body, call: Call | None) -> Reply:
        """The model's answer to the request at this path."""


def new_id(prefix: str) -> str:
    """An id that nothing else has: agents take two answers with one id for the same."""
    return f"{prefix}_{uuid.uuid4().hex}"


def after_last(items: list[Body], key: str, *values: str) -> list[Body]:
    """The items after the last one whose `key` has one of the values; none if none has."""
    places = [index for index, item in enumerate(items) if item.get(key) in values]
    return items[places[-1] + 1 :] if places else []
