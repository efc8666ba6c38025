"""Records which functions of our own packages run, in whatever thread, between two moments."""

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = tuple(f"{PROJECT / name}{os.sep}" for name in ("hello3d", "mcp_bridge", "sessions_app"))
# Of a function that is resumed, the operand of RESUME is not 0 (CPython 3.11 to 3.14).
_RESUME_KIND = 3


@dataclass
class Walk:
    """What ran between two moments."""

    calls: Counter[CodeType] = field(default_factory=Counter)
    order: list[tuple[int, CodeType]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def files(self) -> set[str]:
        return {str(Path(code.co_filename).relative_to(PROJECT)) for code in self.calls}

    def enter(self, frame: FrameType) -> None:
        code = frame.f_code
        depth = 0
        outer = frame.f_back
        while outer is not None:
            depth += outer.f_code.co_filename.startswith(PACKAGES)
            outer = outer.f_back
        with self._lock:
            self.calls[code] += 1
            self.order.append((depth, code))
            self.threads.add(threading.get_ident())


class Tracer:
    """Counts while it is recording; it must be installed before any thread begins."""

    def __init__(self) -> None:
        self._walk: Walk | None = None

    def install(self) -> None:
        threading.setprofile(self._event)
        sys.setprofile(self._event)

    @contextmanager
    def recording(self) -> Iterator[Walk]:
        self._walk = walk = Walk()
        try:
            yield walk
        finally:
            self._walk = None

    def _event(self, frame: FrameType, event: str, _: Any) -> None:
        walk = self._walk
        if walk is None or event != "call" or not _begins(frame):
            return
        if frame.f_code.co_filename.startswith(PACKAGES):
            walk.enter(frame)


def _begins(frame: FrameType) -> bool:
    """Tell whether the frame is entered for the first time, not resumed after an await."""
    at = frame.f_lasti
    return at < 0 or not frame.f_code.co_code[at + 1] & _RESUME_KIND
