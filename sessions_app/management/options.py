"""Options and error handling shared by several commands."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError

from sessions_app.errors import StoreError
from sessions_app.storage.schema import SchemaError
from sessions_app.web.links import is_web_url


def add_browser_url(parser: ArgumentParser) -> None:
    """Add `--browser-url`, which overrides the variable BROWSER_URL."""
    parser.add_argument(
        "--browser-url",
        "-u",
        metavar="URL",
        help="Where people open the page, such as https://example.org/studio?theme=dark. It may"
        " carry a path, a query or a fragment; sessionId is added to its query."
        " Wins over the variable BROWSER_URL.",
    )


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn database errors into one-sentence command errors."""
    try:
        yield
    except SchemaError as error:
        raise CommandError(str(error)) from None
    except (DatabaseError, StoreError) as error:
        raise CommandError(f"The database cannot be used: {error.__cause__ or error}") from None


def use_browser_url(options: dict[str, Any]) -> None:
    """Pop the option from `options` and apply it.

    Raises:
        CommandError: it is not a web URL.
    """
    url = options.pop("browser_url", None)
    if url is None:
        return
    if not is_web_url(url):
        accepted = "a URL that begins with http:// or https://"
        raise CommandError(f"--browser-url {url!r} cannot be used. Accepted: {accepted}.")
    settings.BROWSER_URL = url
