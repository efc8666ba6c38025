"""Looks once only at each schema that the official client meets.

Each client looks at the schema of each tool that it calls before it believes the tool's result: the
same few, thousands of times in a run.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from jsonschema import Draft202012Validator


@contextmanager
def checked_once() -> Iterator[None]:
    """Have a schema that was found good be good, until the block ends."""
    check: Callable[..., None] = Draft202012Validator.check_schema
    good: set[str] = set()

    def check_once(schema: Any, *arguments: Any, **options: Any) -> None:
        text = json.dumps([schema, arguments, options], sort_keys=True, default=repr)
        if text not in good:
            check(schema, *arguments, **options)
            good.add(text)

    with mock.patch.object(Draft202012Validator, "check_schema", check_once):
        yield
