"""The program as a client's own process: through the official client, or line by line."""

import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from mcp.client import Client
from mcp.client.session import MessageHandlerFnT
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import Implementation

from sessions_app.simulation.servers import PROJECT
from tests.support.piped import start
from tests.support.preloaded import can_fork
from tests.support.raw import HANDSHAKE, META
from tests.support.standing_in import standing_in
from tests.support.storage import count, rows

END_WITHIN_SECONDS = 60


def environment_of(database_url: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database_url, "REDIS_URL": "", **(extra or {})}


@asynccontextmanager
async def stdio_client_of(
    database_url: str,
    era: str,
    *arguments: str,
    log: TextIO = sys.stderr,
    message_handler: MessageHandlerFnT | None = None,
    whole: bool = False,
    **environment: str,
) -> AsyncIterator[Client]:
    """The official client, which starts the process and ends it; a `whole` one loads all itself."""
    variables = environment_of(database_url, environment)
    with contextlib.ExitStack() as stack:
        first, *rest = (sys.executable, "manage.py", "mcp_stdio", *arguments)
        if not whole and can_fork(variables):
            module = ["manage", "mcp_stdio", *arguments]
            first, *rest = stack.enter_context(standing_in(module, cwd=PROJECT, env=variables))
        parameters = StdioServerParameters(command=first, args=rest, env=variables, cwd=PROJECT)
        info = Implementation(name="test client", version="1.0")
        transport = stdio_client(parameters, errlog=log)
        async with Client(
            transport, mode=era, client_info=info, message_handler=message_handler
        ) as client:
            yield client


@dataclass(eq=False)
class StdioProcess:
    """The process itself, its streams in the test's hands; a `whole` one loads all itself."""

    database_url: str
    log: Path
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False

    def __enter__(self) -> "StdioProcess":
        arguments = ("mcp_stdio", *self.arguments)
        self.process = start(
            [sys.executable, "manage.py", *arguments],
            None if self.whole else ["manage", *arguments],
            cwd=PROJECT,
            env=environment_of(self.database_url, self.environment),
            log=self.log,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(END_WITHIN_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """The next message; a test that waits in vain is ended by its own timeout."""
        assert self.process.stdout is not None
        message: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert message["jsonrpc"] == "2.0"
        return message

    def ask(self, method: str, params: dict[str, Any] | None = None, *, id_: int = 1) -> Any:
        """Send a request, and return its answer."""
        self.write(
            json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}})
        )
        answer = self.read()
        assert answer["id"] == id_
        return answer

    def initialize(self) -> None:
        params = {"protocolVersion": HANDSHAKE, "capabilities": {}}
        self.ask("initialize", params | {"clientInfo": {"name": "raw", "version": "1"}}, id_=0)
        self.write('{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def call(self, tool: str, **arguments: Any) -> Any:
        """The structured result of a call after a handshake."""
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments})
        return answer["result"]["structuredContent"]

    def call_without_handshake(self, tool: str, **arguments: Any) -> Any:
        params = {"name": tool, "arguments": arguments, "_meta": META}
        return self.ask("tools/call", params)["result"]["structuredContent"]

    def close(self) -> str:
        """Close its standard input; return what it still wrote."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(END_WITHIN_SECONDS)


def assert_ended_cleanly(database_url: str) -> None:
    """Nothing runs, nothing is bound, and every worker gave its lease back."""
    assert count(database_url, "binding", "ended_at IS NULL") == 0
    assert count(database_url, "toolcall", "status = 'running'") == 0
    assert count(database_url, "pairing", "left_at IS NULL") == 0
    [(newest,)] = rows(database_url, "SELECT max(lease_until) FROM sessions_app_worker")
    [(now,)] = rows(database_url, "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
    assert newest <= now
