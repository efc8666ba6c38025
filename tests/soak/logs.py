"""Reads the workers' logs: a store that is away is no surprise, every other exception is."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# How an exception begins, without its module, that says that a store did not answer.
_STORE_IS_AWAY = re.compile(
    r"(?:[\w.]*\.)?(?:OperationalError|InterfaceError|PoolTimeout|ConnectionError|TimeoutError"
    r"|ConnectionRefusedError|ConnectionResetError|BrokenPipeError|IncompleteReadError)\b"
    # uvloop's word for a connection that the other side has ended.
    r"|RuntimeError: unable to perform operation on <TCPTransport closed=True"
)
# Lines about what nobody has dealt with, whatever its cause was.
_UNHANDLED = re.compile(
    r"Exception in ASGI|was never retrieved|a tool call failed|a request failed|Internal Server"
)
_FRAME = re.compile(r'File ".*?([^"/]+/[^"/]+", line \d+)')
FRAMES = 4
# It tells of what it finds as it drops a connection that broke.
_OTHERS = ("channels_redis.pubsub",)


def log_faults(path: Path) -> Iterator[str]:
    """What stands in a log and should not, each kind once with how often it does."""
    found: Counter[str] = Counter()
    for line in _lines(path):
        if line.get("logger") in _OTHERS:
            continue
        said, traceback = (str(line.get(name, "")).strip() for name in ("event", "exception"))
        last = traceback.splitlines()[-1] if traceback else ""
        if _UNHANDLED.search(said) or (last and not _STORE_IS_AWAY.match(last)):
            places = " ← ".join(reversed(_FRAME.findall(traceback)[-FRAMES:]))
            found[f"{said[:100]}: {last[:200]} ({places})"] += 1
    for text, count in found.items():
        yield f"the log of {path.stem} has {count} times: {text}"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines; one that no logger has formatted is an `event` without anything else."""
    for text in path.read_text(errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            line = {"event": text}
        yield line if isinstance(line, dict) else {"event": text}
