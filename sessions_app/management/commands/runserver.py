"""Daphne's development server, which can be told where the browsers' page is."""

from argparse import ArgumentParser
from typing import Any

from daphne.management.commands.runserver import Command as DaphneCommand
from django.conf import settings
from django.core.management import CommandError

from sessions_app.web.links import is_web_url


class Command(DaphneCommand):  # type: ignore[misc] # Daphne has no types
    help = (
        "Serves the page, the MCP endpoint and the admin for development. The link that is given"
        " to people is --browser-url, else the variable BROWSER_URL, else the origin under which"
        " the server was asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--browser-url",
            "-u",
            metavar="URL",
            help="Where people open the page, such as https://example.org/studio?theme=dark. It may"
            " carry a path, a query or a fragment; sessionId is added to its query."
            " Wins over the variable BROWSER_URL.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = options.pop("browser_url", None)
        if url is not None:
            if not is_web_url(url):
                accepted = "a URL that begins with http:// or https://"
                raise CommandError(f"--browser-url {url!r} cannot be used. Accepted: {accepted}.")
            settings.BROWSER_URL = url
        super().handle(*args, **options)
