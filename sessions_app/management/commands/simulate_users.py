"""Checks with many simulated users that every call reaches its own browser and no other."""

import asyncio
import ipaddress
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any
from urllib.parse import urlsplit

from django.core.management import BaseCommand, CommandError

from sessions_app.simulation.servers import own_server
from sessions_app.simulation.users import Injection, Report, simulate

MAX_USERS = 1000
MAX_CALLS = 1000
TIMEOUT_SECONDS = 600


def _injection(text: str) -> Injection:
    try:
        pairs = dict(part.split("=", 1) for part in text.split(","))
        return Injection(**{name: int(value) for name, value in pairs.items()})
    except (TypeError, ValueError):
        raise ArgumentTypeError(f"{text!r}: give misroute=N,drop=N") from None


def _loopback_address(text: str) -> str:
    parts = urlsplit(text)
    try:
        is_loopback = (
            parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        is_loopback = False
    if parts.scheme != "http" or not is_loopback:
        raise ArgumentTypeError(f"{text!r}: give a server of this machine, http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


class Command(BaseCommand):
    help = (
        "Lets N MCP clients, half of each era, and N browsers work at the same time over real"
        " sockets. Each client writes a private sequence of colors; each browser must get just its"
        " client's. Ends with status 1 where anything was misrouted, lost, out of order or unequal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("users", type=int, help=f"how many users, 2 to {MAX_USERS}")
        parser.add_argument("--calls", type=int, default=10, help="calls of each user (10)")
        parser.add_argument("--seed", type=int, default=1, help="for the pauses between calls (1)")
        parser.add_argument(
            "--url",
            type=_loopback_address,
            help="a running server on this machine; else one is started with an empty database",
        )
        parser.add_argument(
            "--inject",
            type=_injection,
            default=Injection(),
            metavar="misroute=N,drop=N",
            help="faults that the judge must find, to show that it can",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        users, calls = options["users"], options["calls"]
        if not (2 <= users <= MAX_USERS and 1 <= calls <= MAX_CALLS):
            raise CommandError(f"Give 2 to {MAX_USERS} users and 1 to {MAX_CALLS} calls.")
        if options["url"]:
            report = self._run(options["url"], options)
        else:
            with own_server() as server:
                report = self._run(server.origin, options)
        self._print(report)
        if not report.is_clean:
            raise CommandError("Not every browser got just what its client sent.")

    def _run(self, address: str, options: dict[str, Any]) -> Report:
        async def bounded() -> Report:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await simulate(
                    address,
                    users=options["users"],
                    calls=options["calls"],
                    seed=options["seed"],
                    injection=options["inject"],
                )

        return asyncio.run(bounded())

    def _print(self, report: Report) -> None:
        self.stdout.write(
            f"users={report.users} calls={report.calls} misrouted={report.misrouted}"
            f" lost={report.lost} disordered={report.disordered}"
            f" unequal_scenes={report.unequal_scenes}"
            f" p50={report.percentile_ms(50):.1f}ms p99={report.percentile_ms(99):.1f}ms"
        )
