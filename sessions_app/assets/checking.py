"""Checks one model in a process of its own, which is bounded in time, memory and output."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import IO, Any

from sessions_app.assets import node
from sessions_app.assets.errors import AssetRefusedError, CheckerMissingError
from sessions_app.assets.files import MAX_BYTES, temporary_file

WITHIN_SECONDS = 10.0
# What it may write to memory. Node.js reserves 400 MB of it before it begins.
MAX_DATA_BYTES = 1024 * 2**20
MAX_HEAP_MEGABYTES = 320
MAX_ANSWER_BYTES = 256 * 1024
# Each takes a processor; the other files wait.
AT_ONCE = 2
_OUTPUT = 3  # the file number to which the checker writes
# Limits the process itself, before it becomes Node.js: Python has no other way without a fork of
# the whole server.
_LIMITED = f"""
import os, resource, sys
data, size, seconds, output = map(int, sys.argv[1:5])
for limit, most in ((resource.RLIMIT_DATA, data), (resource.RLIMIT_FSIZE, size),
                    (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(limit, (most, most))
if output != {_OUTPUT}:
    os.dup2(output, {_OUTPUT})
os.set_inheritable({_OUTPUT}, True)
os.execv(sys.argv[5], sys.argv[5:])
"""
_CANNOT_BE_READ = "The file cannot be read as a model, or needs too much memory."

_turns = asyncio.Semaphore(AT_ONCE)


async def node_find() -> str:
    """Return the path of the Node.js that checks models.

    Raises:
        CheckerMissingError: there is none.
    """
    path = await asyncio.to_thread(node.program)
    if path is None:
        raise CheckerMissingError
    return path


async def model_check(file: IO[bytes]) -> tuple[IO[bytes], dict[str, Any]]:
    """Check a model and make it plain.

    Args:
        file: with a file number; read from its beginning.

    Returns:
        The plain file, to be closed, and the facts: its box `min` and `max`, `triangles`, and the
        names of `clips`, `parts` and `materials`.

    Raises:
        AssetRefusedError: it is none, or asks for too much.
        CheckerMissingError: there is no Node.js.
    """
    path = await node_find()
    plain = await asyncio.to_thread(temporary_file)
    try:
        async with _turns:
            facts = _facts_in(await _answer(path, file, plain))
    except BaseException:
        plain.close()
        raise
    return plain, facts


def _facts_in(answer: Mapping[str, Any]) -> dict[str, Any]:
    if "facts" not in answer:
        raise AssetRefusedError(str(answer.get("refused") or _CANNOT_BE_READ)[:300])
    facts: dict[str, Any] = answer["facts"]
    return facts


def checker_command(path: str, output: int) -> list[str]:
    """Return the command that checks the model at its standard input, in a process of its own.

    Args:
        path: of a Node.js.
        output: the number of the open file to which it writes the plain model.
    """
    limits = (MAX_DATA_BYTES, MAX_BYTES, int(WITHIN_SECONDS) + 1, output)
    options = (f"--max-old-space-size={MAX_HEAP_MEGABYTES}", "--no-warnings")
    limited = (sys.executable, "-I", "-S", "-c", _LIMITED, *map(str, limits))
    return [*limited, path, *options, str(node.checker())]


async def _answer(path: str, file: IO[bytes], plain: IO[bytes]) -> Mapping[str, Any]:
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    process = await asyncio.create_subprocess_exec(
        *checker_command(path, plain.fileno()),
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=(plain.fileno(),),
        env={"PATH": os.defpath},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            told = await _read(process.stdout)
            await process.wait()
    except TimeoutError:
        raise AssetRefusedError(
            f"The file takes longer than {WITHIN_SECONDS:g} s to check: make it simpler."
        ) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())
    try:
        answer = json.loads(told)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    told = bytearray()
    while stream is not None and (piece := await stream.read(16 * 1024)):
        told += piece
        if len(told) > MAX_ANSWER_BYTES:
            break
    return bytes(told)
