"""Standard input and output as the transport of one MCP client.

Only protocol messages may go to standard output (MCP 2025-11-25, basic/transports, stdio).
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any, BinaryIO, Self

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.stdio import stdio_server
from mcp.shared.dispatcher import as_request_id
from mcp.shared.message import SessionMessage
from mcp_types import (
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

from mcp_bridge.transport.messages import MAX_BYTES_OF_MANY_ITEMS, MessageError, read_message

MAX_LINE_BYTES = MAX_BYTES_OF_MANY_ITEMS + 1  # a line of this length is refused
# Even if the client does not read, and a thread is blocked on it.
END_WITHIN_SECONDS = 10
# How long to finish requests after the client has closed its end.
ANSWER_WITHIN_SECONDS = 8
# A server behind the relay may still respond to cancelled requests.
MAX_CANCELLED = 1000
_NO_MESSAGE = "The line must be one JSON-RPC 2.0 request, notification or response"


class ClientLines:
    """The client's lines, until it closes its end or `end` is called.

    A daemon thread reads them. The SDK's own reader cannot be interrupted: a signal would wait for
    the client's next line.
    """

    def __init__(self, wire: BinaryIO) -> None:
        self._wire = wire
        self._ended = False
        self.interrupted = asyncio.Event()  # `end` was called
        self._wanted = threading.Semaphore(0)
        self._arrival: asyncio.Future[bytes] | None = None

    def end(self) -> None:
        """Ignore further lines, as if the client had closed its end."""
        self._ended = True
        self.interrupted.set()
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
            except OSError:  # a closed terminal
                line = b""
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._arrive, line)

    def _read(self) -> bytes:
        """Return the next line; of an overlong one only its beginning, which is refused later."""
        line = rest = self._wire.readline(MAX_LINE_BYTES)
        while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = self._wire.readline(MAX_LINE_BYTES)
        return line


@dataclass(frozen=True, slots=True)
class StandardStreams:
    """Standard input and output, reserved for the client."""

    lines: ClientLines
    output: TextIOWrapper

    @classmethod
    def take(cls) -> "StandardStreams":
        """Reserve both for the client; other readers get an empty input, other writers stderr."""
        reading, writing = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdout.flush()
        output = TextIOWrapper(os.fdopen(writing, "wb"), encoding="utf-8", newline="\n")
        return cls(ClientLines(os.fdopen(reading, "rb")), output)


class _Answers:
    """A stream of messages to the client that tracks unanswered requests.

    Responses to cancelled requests are dropped (MCP, basic/patterns/cancellation).
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        # Whether the process waits for the response before it exits; not for endless streams.
        self._running: dict[RequestId, bool] = {}
        self._cancelled: dict[RequestId, None] = {}
        self._answered = asyncio.Event()

    def expect(self, message: SessionMessage) -> None:
        """Record a request or a cancellation."""
        body = message.message
        if isinstance(body, JSONRPCRequest):
            self._cancelled.pop(body.id, None)
            self._running[body.id] = body.method != "subscriptions/listen"
        elif isinstance(body, JSONRPCNotification) and body.method == "notifications/cancelled":
            cancelled = as_request_id((body.params or {}).get("requestId"))
            if cancelled is not None and self._running.pop(cancelled, None) is not None:
                self._cancelled[cancelled] = None
                if len(self._cancelled) > MAX_CANCELLED:
                    del self._cancelled[next(iter(self._cancelled))]

    async def send(self, item: SessionMessage) -> None:
        """Send a message, unless it responds to a cancelled request."""
        body = item.message
        answered = body.id if isinstance(body, JSONRPCResponse | JSONRPCError) else None
        if answered is None or answered not in self._cancelled:
            await self._stream.send(item)
        if answered is not None:  # 0 is a valid id, and common as the first one
            self._cancelled.pop(answered, None)
            self._running.pop(answered, None)
            self._answered.set()

    async def complete(self) -> None:
        """Wait until all requests are answered."""
        while any(self._running.values()):
            self._answered.clear()
            await self._answered.wait()

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Messages:
    """The lines that are valid messages; others are answered with an error."""

    def __init__(self, lines: ClientLines) -> None:
        self._lines = lines
        self.answers: _Answers | None = None  # set before the first line

    async def __aiter__(self) -> AsyncIterator[str]:
        async for line in self._lines:
            try:
                read_message(line.encode(), what="line")
            except MessageError as error:
                if self.answers is not None:
                    await self.answers.send(_refusal(error))
            else:
                yield line


ClientStreams = tuple[MemoryObjectReceiveStream[SessionMessage], Any]


@contextlib.asynccontextmanager
async def client_streams(streams: StandardStreams) -> AsyncIterator[ClientStreams]:
    """Yield the client's messages, and a stream of messages to it, to be closed in the block."""
    output = anyio.wrap_file(streams.output)
    messages = _Messages(streams.lines)
    lines: Any = messages  # typed as a file, but the SDK only iterates over it
    try:
        async with stdio_server(lines, output) as (read, write):
            answers = messages.answers = _Answers(write)
            async with anyio.create_task_group() as tasks:
                send, receive = anyio.create_memory_object_stream[SessionMessage]()
                tasks.start_soon(_pass_on, read, send, answers, streams.lines)
                async with receive:
                    yield receive, answers
                tasks.cancel_scope.cancel()
    except* BrokenPipeError:
        pass  # the client has gone


async def _pass_on(
    read: Any, send: MemoryObjectSendStream[SessionMessage], answers: _Answers, lines: ClientLines
) -> None:
    """Pass the client's messages on; answer invalid ones, which the SDK would silently drop."""
    async with send:
        async for message in read:
            try:
                if isinstance(message, Exception):
                    await answers.send(_refusal(MessageError(_NO_MESSAGE)))
                else:
                    answers.expect(message)
                    await send.send(message)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
        await _await_answers(answers, lines)


async def _await_answers(answers: _Answers, lines: ClientLines) -> None:
    """Give pending requests a while after the client has closed its end, as pipes do at once."""
    waits = [
        asyncio.create_task(answers.complete()),
        asyncio.create_task(lines.interrupted.wait()),
    ]
    try:
        await asyncio.wait(
            waits, timeout=ANSWER_WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for wait in waits:
            wait.cancel()


def _refusal(error: MessageError) -> SessionMessage:
    """Return the error (JSON-RPC 2.0, section 5), without an id if none could be read."""
    data = ErrorData(code=error.code, message=error.text)
    return SessionMessage(JSONRPCError(jsonrpc="2.0", id=error.request_id, error=data))


def _exit_within(seconds: float) -> None:
    """Force the process to exit after this time."""
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()
