"""Daphne's development server with the option `--browser-url`."""

from argparse import ArgumentParser
from typing import Any

from daphne.management.commands.runserver import Command as DaphneCommand
from django.conf import settings

from sessions_app.management.options import add_browser_url, use_browser_url
from sessions_app.web import cookies, origins


class Command(DaphneCommand):  # type: ignore[misc] # Daphne has no types
    help = (
        "Serves the page, the MCP endpoint and the admin for development. The link that is given"
        " to people is --browser-url, else the variable BROWSER_URL, else the origin under which"
        " the server was asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        add_browser_url(parser)
        parser.set_defaults(use_static_handler=False)  # files are served by our own application

    def handle(self, *args: Any, **options: Any) -> None:
        use_browser_url(options)
        super().handle(*args, **options)

    def inner_run(self, *args: Any, **options: Any) -> None:
        cookies.name_by_port(int(self.port))
        own = origins.listening_origin(self.addr, int(self.port))
        settings.CAMERA_ORIGIN = settings.CAMERA_ORIGIN or own
        super().inner_run(*args, **options)
