"""Asks the program inside this process, and keeps what can be compared of its answers."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

import httpx2
from django.db.backends.utils import CursorWrapper

from hello3d.asgi import application
from tests.support.http import http_client

ORIGIN = "http://testserver"
# What differs between any two answers: tokens of forms, times, ids of errors; and the QR code and
# the encoded link of the very address that was asked.
_VOLATILE = re.compile(
    r'(csrfmiddlewaretoken" value=")[^"]+|("csrfToken": ")\w+|(nonce[-=]"?)[\w-]+'
    r'|(reference )[0-9a-f]{4,}|(class="qrline" stroke="#000" d=")[^"]+'
    r'|(cursor://[^"]+;config=)[^"]+'
)


@dataclass(frozen=True)
class Ask:
    """One HTTP request."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def by(self, proof: Mapping[str, str]) -> "Ask":
        """The same, sent by somebody who shows this."""
        return replace(self, headers={**self.headers, **proof})


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: str
    statements: int

    def tells(self, marks: Iterable[str]) -> bool:
        """Whether any of these texts is in it."""
        return any(mark in f"{self.headers} {self.text}" for mark in marks)

    def without(self, hide: Callable[[str], str]) -> "Answer":
        """The same, without the names that it was asked with."""
        return replace(self, text=hide(self.text))

    def comparable(self) -> tuple[int, str]:
        return self.status, _VOLATILE.sub(r"\1\2\3\4\5\6", self.text)

    def first_difference(self, other: "Answer") -> str:
        """The first line that is not so in the other answer."""
        lines = self.comparable()[1].splitlines(), other.comparable()[1].splitlines()
        return next((line[:300] for line, its in zip_longest(*lines) if line != its), "")


class Statements:
    """Counts the database statements of all threads: what takes as many takes as long."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def note(self) -> None:
        with self._lock:
            self.count += 1


@contextmanager
def counting_statements() -> Iterator[Statements]:
    """Count until the block ends."""
    counted = Statements()
    real = {name: getattr(CursorWrapper, name) for name in ("execute", "executemany")}

    def wrapped(name: str) -> Any:
        def run(self: CursorWrapper, *arguments: Any, **options: Any) -> Any:
            counted.note()
            return real[name](self, *arguments, **options)

        return run

    for name in real:
        setattr(CursorWrapper, name, wrapped(name))
    try:
        yield counted
    finally:
        for name, function in real.items():
            setattr(CursorWrapper, name, function)


async def ask_program(ask: Ask, statements: Statements) -> Answer:
    """What the program answers."""
    before = statements.count
    transport = httpx2.ASGITransport(app=application)
    async with http_client(transport=transport, base_url=ORIGIN) as http:
        response = await http.request(
            ask.method, ask.path, headers=dict(ask.headers), content=ask.body or None
        )
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return Answer(response.status_code, response.text, headers, statements.count - before)
