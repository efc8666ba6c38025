"""Starts the server, for people, operators, tests and benchmarks."""

import contextlib
import os
import re
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from channels.routing import get_default_application
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sessions_app.management.options import add_browser_url, database_errors, use_browser_url
from sessions_app.storage import sole_server
from sessions_app.storage.schema import bring_up_to_date
from sessions_app.web import cookies, links, origins, serving

_ADDRESS = re.compile(r"(?:(?P<host>[\w.-]+|\[[\da-fA-F:.]+\]):)?(?P<port>\d{1,5})")
MAX_PORT = 65535
MAX_WORKERS = 64


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
            " port 0 is a free one. unix:/run/hello3d/http is a Unix socket, for a proxy.",
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
        workers = options["workers"]
        if not 1 <= workers <= MAX_WORKERS:
            raise CommandError(f"--workers {workers}: give 1 to {MAX_WORKERS}.")
        use_browser_url(options)
        kind, _, path = options["address"].partition("unix:")
        if path and not kind:
            listener = _listen_at(Path(path))
            if not settings.TRUSTS_UNIX_SOCKETS:
                self.stderr.write(
                    "Set TRUSTED_PROXIES=unix for the proxy that asks by this socket: else all who"
                    " come by it count as one client."
                )
            with serving.removed_after(Path(path)):
                self._serve(listener, None, options)
        else:
            self._serve(*_listen(*_host_and_port(options["address"])), options)

    def _serve(self, listener: socket.socket, origin: str | None, options: dict[str, Any]) -> None:
        """Serve until a signal; `origin` is None if only a proxy can reach us."""
        workers = options["workers"]
        _export_settings()
        file = sole_server.sqlite_file()
        with database_errors():
            if options["migrate"]:
                bring_up_to_date()
            is_sole = file is None or sole_server.claim(file)
        if not is_sole or (workers > 1 and not settings.REDIS_URL):
            self.stderr.write(
                "Several processes serve one database without REDIS_URL: the browsers of one show"
                " late what is changed through another. Stop all but one, or set REDIS_URL."
            )
        is_named = settings.COOKIE_NAME or settings.PUBLIC_ORIGIN
        if settings.REDIS_URL and workers == 1 and origin is not None and not is_named:
            self.stderr.write(
                "Processes on ports of their own need PUBLIC_ORIGIN or COOKIE_NAME: else each names"
                " its cookies by its port, and knows those of no other."
            )

        def announce() -> None:
            if file is not None and origin is not None:
                sole_server.publish(file, origin)
            self._announce(settings.PUBLIC_ORIGIN or origin, options["address"])

        config = serving.server_config(_application(workers), workers=workers)
        sys.exit(serving.serve(config, listener, announce))

    def _announce(self, origin: str | None, address: str) -> None:
        """Print what to do next; everything else goes to the log."""
        if origin is None:
            lines = [f"Proxy    {address}"]
        else:
            mcp_url = links.mcp_url(edit_key=None, public_origin=origin)
            lines = [
                f"Open     {links.browser_url(edit_key=None, public_origin=origin)}",
                f"Connect  claude mcp add --transport http hello3d {mcp_url}",
            ]
        with contextlib.suppress(OSError, AttributeError):  # standard output is closed
            self.stdout.write("\n".join([*lines, "Stop     with Ctrl+C"]))
            self.stdout.flush()


def _host_and_port(address: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found["port"]) > MAX_PORT:
        raise CommandError(f"{address!r} is no address. Give one such as 127.0.0.1:8000 or 8000.")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


def _listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Return a listening socket, and the origin at which this machine reaches it."""
    try:
        listener = serving.listen(host, port)
    except OSError as error:
        text = f"Port {port} of {host} {serving.why_not(error)}."
        raise CommandError(f"{text} Give another one, or 0 for a free one.") from None
    port = listener.getsockname()[1]
    if host not in origins.ANY_HOST:  # requests use the address that is printed
        shown = f"[{host}]" if ":" in host else host
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, shown]
    cookies.name_by_port(port)
    origin = origins.listening_origin(host, port)
    if origins.is_host_allowed(urlsplit(origin).netloc):
        settings.CAMERA_ORIGIN = settings.CAMERA_ORIGIN or origin
    return listener, origin


def _listen_at(path: Path) -> socket.socket:
    try:
        return serving.listen_at(path)
    except OSError as error:
        text = f"The socket {path} {serving.why_not(error)}."
        raise CommandError(f"{text} Give another path, in a folder that is there.") from None


def _export_settings() -> None:
    """Export computed settings to the workers, which read theirs from the environment."""
    os.environ["DJANGO_ALLOWED_HOSTS"] = ",".join(settings.ALLOWED_HOSTS)
    if settings.BROWSER_URL:
        os.environ["BROWSER_URL"] = settings.BROWSER_URL
    if settings.CAMERA_ORIGIN:
        os.environ["HELLO3D_CAMERA_ORIGIN"] = settings.CAMERA_ORIGIN


def _application(workers: int) -> Any:
    """Return the ASGI application, or its import string for several workers."""
    if workers > 1:
        module, _, name = settings.ASGI_APPLICATION.rpartition(".")
        return f"{module}:{name}"
    return get_default_application()
