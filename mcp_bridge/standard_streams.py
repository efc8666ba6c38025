"""The process's standard input and output as the way to one MCP client.

Nothing but protocol messages may go to standard output (MCP 2025-11-25, basic/transports, stdio).
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any, BinaryIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError

MAX_LINE_BYTES = 1024 * 1024
# Also where the client does not read what it is sent, and a thread waits for it.
END_WITHIN_SECONDS = 10


class ClientLines:
    """What the client writes, line by line, until it closes its end or `end` is called.

    A thread reads that nothing has to wait for. The SDK's own reader cannot be interrupted: a
    signal would wait for the client's next line.
    """

    def __init__(self, wire: BinaryIO) -> None:
        self._wire = wire
        self._ended = False
        self._wanted = threading.Semaphore(0)
        self._arrival: asyncio.Future[bytes] | None = None

    def end(self) -> None:
        """Take what comes from now on for unsaid, as if the client had closed its end."""
        self._ended = True
        self._arrive(b"")

    def __aiter__(self) -> "ClientLines":
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, args=[loop], daemon=True, name="client lines").start()
        return self

    async def __anext__(self) -> str:
        while not self._ended:
            self._arrival = asyncio.get_running_loop().create_future()
            self._wanted.release()
            line = await self._arrival
            self._ended = not line
            if line.strip():
                return line.decode(errors="replace")
        _exit_within(END_WITHIN_SECONDS)
        raise StopAsyncIteration

    def _arrive(self, line: bytes) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(line)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._wanted.acquire():
            try:
                line = self._read()
            except OSError:  # a terminal that was closed
                line = b""
            with contextlib.suppress(RuntimeError):  # the loop has ended, and soon the process
                loop.call_soon_threadsafe(self._arrive, line)

    def _read(self) -> bytes:
        """The next line; of one that is too long its beginning, which is no message."""
        line = rest = self._wire.readline(MAX_LINE_BYTES)
        while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = self._wire.readline(MAX_LINE_BYTES)
        return line


@dataclass(frozen=True, slots=True)
class StandardStreams:
    """Standard input and output, which this process does not use for anything else."""

    lines: ClientLines
    output: TextIOWrapper

    @classmethod
    def take(cls) -> "StandardStreams":
        """Keep both for the client: whatever else reads finds the end, what else writes, stderr."""
        reading, writing = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdout.flush()
        output = TextIOWrapper(os.fdopen(writing, "wb"), encoding="utf-8", newline="\n")
        return cls(ClientLines(os.fdopen(reading, "rb")), output)


ClientStreams = tuple[MemoryObjectReceiveStream[SessionMessage], Any]


@contextlib.asynccontextmanager
async def client_streams(streams: StandardStreams) -> AsyncIterator[ClientStreams]:
    """The client's messages, and a stream that takes messages for it, to be closed in the block."""
    output = anyio.wrap_file(streams.output)
    lines: Any = streams.lines  # the SDK asks for a file, and iterates over it
    try:
        async with stdio_server(lines, output) as (read, write), anyio.create_task_group() as tasks:
            send, receive = anyio.create_memory_object_stream[SessionMessage]()
            tasks.start_soon(_pass_on, read, send, write)
            async with receive:
                yield receive, write
            tasks.cancel_scope.cancel()
    except* BrokenPipeError:
        pass  # the client reads no more: it has left


async def _pass_on(read: Any, send: MemoryObjectSendStream[SessionMessage], write: Any) -> None:
    """Pass the client's messages on; answer what is none, which the SDK drops silently."""
    async with send:
        async for message in read:
            try:
                if isinstance(message, Exception):
                    await write.send(_refusal(message))
                else:
                    await send.send(message)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return


def _refusal(error: Exception) -> SessionMessage:
    """JSON-RPC 2.0, section 5: an error without an id, which could not be read."""
    faults = error.errors() if isinstance(error, ValidationError) else []
    if any(fault["type"] == "json_invalid" for fault in faults):
        data = ErrorData(code=PARSE_ERROR, message="The line is not JSON")
    else:
        text = "The line must be one JSON-RPC 2.0 request, notification or response"
        data = ErrorData(code=INVALID_REQUEST, message=text)
    return SessionMessage(JSONRPCError(jsonrpc="2.0", id=None, error=data))


def _exit_within(seconds: float) -> None:
    """End the process at the latest then, whatever still waits for its client."""
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()
