"""Serves an MCP client that starts the program, on standard input and output."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from mcp_bridge.stdio import process, relay
from mcp_bridge.stdio.relay import NobodyServesError
from mcp_bridge.stdio.sharing import SharedServer
from mcp_bridge.stdio.streams import StandardStreams
from sessions_app.management.options import add_browser_url, database_errors, use_browser_url
from sessions_app.people.preferences import preferences_of
from sessions_app.people.principals import ANYONE, Principal, signed_in
from sessions_app.storage import database, sole_server
from sessions_app.storage.schema import bring_up_to_date
from sessions_app.web import cookies, serving
from sessions_app.web.links import is_web_url

MAX_PORT = 65535


def _web_url(text: str) -> str:
    if not is_web_url(text):
        raise ArgumentTypeError(f"{text!r}: give a URL that begins with http:// or https://")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise ArgumentTypeError(f"{text!r}: give a port, 1 to {MAX_PORT}, or 0 for a free one")
    return int(text)


def _principal(name: str | None) -> Principal:
    """Return the process's principal (docs/decisions/017-a-stdio-process-names-its-user.md)."""
    if not settings.MCP_ENABLE_MULTI_USER:
        return ANYONE
    user = get_user_model().objects.filter(username=name, is_active=True).first() if name else None
    if user is None:
        raise CommandError(
            "People sign in here (MCP_ENABLE_MULTI_USER): add --user with the name of an active"
            " user, as whom this process is to act."
        )
    return replace(signed_in(user), strategy=preferences_of(user.pk).routing_strategy)


class Command(BaseCommand):
    help = (
        "Serves one MCP client on standard input and output, as the client starts it, and the page"
        " of its scene on 127.0.0.1 meanwhile. With --connect it serves nothing itself, but passes"
        " all messages on to a running server. Ends when the client closes standard input."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - with --connect there is nothing to check

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=_port, default=0, help="the page's port (0: one that is free)"
        )
        add_browser_url(parser)
        parser.add_argument(
            "--connect",
            type=_web_url,
            metavar="URL",
            help="A running server's address for MCP clients, such as http://127.0.0.1:8000/mcp",
        )
        parser.add_argument(
            "--share",
            action="store_true",
            help="Where another process serves the same SQLite file, pass all messages on to it,"
            " and take its place when it ends (as hello3d stdio does).",
        )
        parser.add_argument(
            "--user", metavar="NAME", help="As whom to act, where people sign in (needed there)"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        use_browser_url(options)
        streams = StandardStreams.take()
        if options["connect"]:
            token = str(settings.MCP_BEARER_TOKEN)
            asyncio.run(relay.relay(streams, options["connect"], token=token))
            return
        self.check()
        settings.ALLOWED_HOSTS.append(process.HOST)  # only loopback
        file = sole_server.sqlite_file()
        with database_errors():
            is_sole = file is None or sole_server.claim(file)
            if file is not None and not is_sole and _may_share(options):
                asyncio.run(_share(streams, file))
                return
            bring_up_to_date()
            principal = _principal(options["user"])
        try:
            listener = serving.listen(process.HOST, options["port"])
        except OSError as error:
            text = f"Port {options['port']} of {process.HOST} {serving.why_not(error)}."
            raise CommandError(f"{text} Leave --port out to take a free one.") from None
        if options["port"]:  # free ports vary, and browsers would keep cookies of each
            cookies.name_by_port(options["port"])

        def announce(origin: str) -> None:
            if file is not None:
                sole_server.publish(file, origin)

        asyncio.run(process.serve(streams, listener, principal, announce))


def _may_share(options: dict[str, Any]) -> bool:
    """Return whether to share a server; with sign-in, that would require a token."""
    return bool(options["share"]) and not settings.MCP_ENABLE_MULTI_USER


async def _share(streams: StandardStreams, file: Path) -> None:
    server = SharedServer(file, streams.lines)
    try:
        origin = await server.origin()
        # The other process may list fewer groups.
        groups = ",".join(sorted(settings.HELLO3D_TOOL_GROUPS))
        url = f"{origin}/mcp?tools={groups}" if groups else f"{origin}/mcp"
        await relay.relay(streams, url, servers=server)
    except NobodyServesError as error:
        raise CommandError(str(error)) from None
    finally:
        await server.close()
        database.close_connections()
