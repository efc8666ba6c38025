"""A log file of bounded size for one process only."""

import fcntl
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
KEPT_FILES = 4  # besides the current one
MOST_PROCESSES = 64


class ProcessLogFile(RotatingFileHandler):
    """Opened on the first line; a second process with the same name writes to `name.2.log`.

    Lock files mark the names in use. Locks end with their process, so names are reused.
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
        # Without an extension, a dot would clash with a rotated file of the first process.
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
