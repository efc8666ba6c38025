"""Drives a headless Chromium over a pipe, by the Chrome DevTools Protocol.

Messages are JSON and end with NUL. Nobody else can speak to the browser, and it ends as soon as the
pipe is closed, so it outlives no process that started it.
"""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

# Of one message, whichever way: a document has up to 2 MB, an answer up to 240 kB.
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
END_WITHIN_SECONDS = 5.0
_NUL = b"\0"
# Chromium reads at 3 and writes at 4, and a shell may not know numbers beyond 9.
_BECOME = """
import fcntl, os, sys
for number, pipe in zip((3, 4), [fcntl.fcntl(int(at), fcntl.F_DUPFD, 10) for at in sys.argv[1:3]]):
    os.dup2(pipe, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserEndedError(Exception):
    """The browser has ended, or says what is none of the protocol."""


class BrowserSaidNoError(Exception):
    """The browser answered a command with an error."""


class DevTools:
    """A running browser."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        source: asyncio.ReadTransport,
        reader: asyncio.StreamReader,
        writer: asyncio.WriteTransport,
    ) -> None:
        self._process = process
        self._source = source
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read(), name="camera answers")

    @classmethod
    async def start(
        cls, program: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> "DevTools":
        """Start the browser.

        Raises:
            OSError: the program cannot be started.
        """
        their_input, our_output = os.pipe()
        our_input, their_output = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", "-c", _BECOME, str(their_input), str(their_output),
                program, "--remote-debugging-pipe", *arguments,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(their_input, their_output),
                start_new_session=True,  # a Ctrl+C in the terminal is not meant for it
            )  # fmt: skip
        except BaseException:
            os.close(our_output)
            os.close(our_input)
            raise
        finally:
            os.close(their_input)
            os.close(their_output)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_MESSAGE_BYTES)
        source, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(our_input, "rb")
        )
        writer, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(our_output, "wb"))
        return cls(process, source, reader, writer)

    async def call(
        self, method: str, params: Mapping[str, Any], *, session: str | None = None
    ) -> dict[str, Any]:
        """Send a command and return its result; the caller bounds the wait.

        Args:
            method: such as `Page.navigate`.
            params: its parameters.
            session: of the target that it is for; None for the browser itself.

        Raises:
            BrowserEndedError: the browser has ended.
            BrowserSaidNoError: it answered with an error.
        """
        number = next(self._numbers)
        of = {} if session is None else {"sessionId": session}
        message = {"id": number, "method": method, "params": params, **of}
        # A document has up to 2 MB, which takes tens of milliseconds.
        text = await asyncio.to_thread(json.dumps, message)
        if self._reading.done() or self._writer.is_closing():
            raise BrowserEndedError
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            self._writer.write(text.encode() + _NUL)
            return await answer
        finally:
            del self._answers[number]

    async def stop(self) -> None:
        """End the browser, by force where it does not within `END_WITHIN_SECONDS`."""
        self._writer.close()
        self._source.close()
        self._reading.cancel()
        try:
            async with asyncio.timeout(END_WITHIN_SECONDS):
                await self._process.wait()
        except TimeoutError:
            # The whole group: a program on PATH may be a script that started the browser.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def _read(self) -> None:
        try:
            while True:
                message = json.loads((await self._reader.readuntil(_NUL))[:-1])
                answer = self._answers.get(message.get("id"))
                if answer is None or answer.done():  # an event, or nobody waits any more
                    continue
                if "error" in message:
                    answer.set_exception(BrowserSaidNoError(str(message["error"])[:200]))
                else:
                    answer.set_result(message.get("result", {}))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            pass
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(BrowserEndedError())
