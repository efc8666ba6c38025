"""A log file of one process, of bounded size, that no other process writes to."""

import fcntl
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
KEPT_FILES = 4  # beside the one that is written
MOST_PROCESSES = 64


class ProcessLogFile(RotatingFileHandler):
    """Opened by its first line; a second process of the same name writes to `name.2.log`.

    A lock says which names are taken; it ends with its process, so that the names do not grow.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, delay=True)
        self._lock_file: TextIOWrapper | None = None

    def _open(self) -> TextIOWrapper:
        if self._lock_file is None:
            self._take_name()
        return super()._open()

    def close(self) -> None:
        super().close()
        if self._lock_file is not None:
            self._lock_file.close()

    def _take_name(self) -> None:
        first = Path(self.baseFilename)
        # Without an extension, a dot would make it the name of an older file of the first process.
        mark = "." if first.suffix else "-"
        for number in range(1, MOST_PROCESSES + 1):
            own = f"{first.stem}{mark}{number}{first.suffix}" if number > 1 else first.name
            path = first.with_name(own)
            lock = path.with_name(f".{path.name}.lock").open("a")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                continue
            self._lock_file, self.baseFilename = lock, str(path)
            return
        raise OSError(f"{MOST_PROCESSES} processes write to {first} already")
