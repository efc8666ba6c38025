"""The server, as people, operators, tests and measurements start it."""

import os
import re
import sys
from argparse import ArgumentParser
from typing import Any

from channels.routing import get_default_application
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from sessions_app.management.options import add_browser_url, use_browser_url
from sessions_app.storage import sole_server
from sessions_app.storage.schema import SchemaError, bring_up_to_date
from sessions_app.web import links, serving

_ADDRESS = re.compile(r"(?:(?P<host>[\w.-]+|\[[\da-fA-F:.]+\]):)?(?P<port>\d{1,5})")
MAX_PORT = 65535
MAX_WORKERS = 64
_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart, not bound


class Command(BaseCommand):
    help = (
        "Serves the page, the MCP endpoint, the REST API and the admin until Ctrl+C or SIGTERM ends"
        " it. The link that is given to people is --browser-url, else the variable BROWSER_URL,"
        " else the origin under which the server was asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address",
            nargs="?",
            default="127.0.0.1:8000",
            metavar="ADDR:PORT",
            help="Where to listen: 127.0.0.1:8000, if left out. A port alone is one of 127.0.0.1;"
            " port 0 is a free one.",
        )
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            metavar="N",
            help=f"How many processes answer there, 1 to {MAX_WORKERS}; more than one need"
            " PostgreSQL and Redis. One serves in the process that was started.",
        )
        parser.add_argument(
            "--migrate",
            action="store_true",
            help="First apply the migrations that a SQLite file lacks, or make the file.",
        )
        add_browser_url(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        host, port = _host_and_port(options["address"])
        workers = options["workers"]
        if not 1 <= workers <= MAX_WORKERS:
            raise CommandError(f"--workers {workers}: give 1 to {MAX_WORKERS}.")
        use_browser_url(options)
        if settings.BROWSER_URL:
            os.environ["BROWSER_URL"] = settings.BROWSER_URL  # the workers read it there
        try:
            listener = serving.listen(host, port)
        except OSError as error:
            text = f"Port {port} of {host} {serving.why_not(error)}."
            raise CommandError(f"{text} Give another one, such as {host}:{port + 10}.") from None
        port = listener.getsockname()[1]
        if options["migrate"]:
            _migrate()
        file = sole_server.sqlite_file()
        if file is not None and not sole_server.claim(file):
            self.stderr.write(
                f"Another process serves {file.name}: the browsers of one do not hear at once of"
                " changes that come by the other. REDIS_URL joins them."
            )
        config = serving.server_config(_application(workers), workers=workers)
        here = _origin(host, port)

        def announce() -> None:
            if file is not None:
                sole_server.publish(file, here)
            self._announce(settings.PUBLIC_ORIGIN or here)

        sys.exit(serving.serve(config, listener, announce))

    def _announce(self, origin: str) -> None:
        """Say what to do next; all else that a server has to say is in the log."""
        mcp_url = links.mcp_url(edit_key=None, public_origin=origin)
        self.stdout.write(
            f"Open     {links.browser_url(edit_key=None, public_origin=origin)}\n"
            f"Connect  claude mcp add --transport http hello3d {mcp_url}\n"
            "Stop     with Ctrl+C"
        )
        self.stdout.flush()


def _host_and_port(address: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found["port"]) > MAX_PORT:
        raise CommandError(f"{address!r} is no address. Give one such as 127.0.0.1:8000 or 8000.")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


def _origin(host: str, port: int) -> str:
    """The address at which this machine reaches the server."""
    shown = _ANY_HOST.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _migrate() -> None:
    try:
        bring_up_to_date()
    except SchemaError as error:
        raise CommandError(str(error)) from None
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {error}") from None


def _application(workers: int) -> Any:
    """The ASGI application, or its import string for workers, which import it themselves."""
    if workers > 1:
        module, _, name = settings.ASGI_APPLICATION.rpartition(".")
        return f"{module}:{name}"
    return get_default_application()
