"""Elects the one process that serves a SQLite file, by a lock file beside it.

Without Redis, the browsers of one process miss the changes of another. A second process sees the
lock and either relays its calls to the first or uses another file.
"""

from io import TextIOWrapper
from pathlib import Path

from django.conf import settings
from django.core.files import locks

from sessions_app.storage.schema import SchemaError

# Held until the process ends; the operating system releases the locks of a killed process.
_held: dict[Path, TextIOWrapper] = {}


def sqlite_file() -> Path | None:
    """Return the file of a SQLite database that is used without Redis, else None."""
    database = settings.DATABASES["default"]
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    return Path(database["NAME"]).resolve() if is_sqlite and not settings.REDIS_URL else None


def claim(database: Path) -> bool:
    """Take the file's lock; return whether this process serves the file.

    Raises:
        SchemaError: the lock file cannot be opened.
    """
    if database in _held:
        return True
    try:
        file = _lock_of(database).open("a+")
    except OSError as error:
        text = f"The database cannot be used: {_lock_of(database)}: {error.strerror}."
        raise SchemaError(text) from None
    if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
        file.close()
        return False
    file.truncate(0)
    _held[database] = file
    return True


def publish(database: Path, origin: str) -> None:
    """Write the origin that serves the file; does nothing unless this process holds the lock."""
    file = _held.get(database)
    if file is not None:
        file.write(f"{origin}\n")  # in append mode; `claim` has emptied the file
        file.flush()


def origin_of(database: Path) -> str:
    """Return the origin at which another process serves the file; empty until it is published."""
    try:
        text = _lock_of(database).read_text()
    except OSError:
        return ""
    return text.strip() if text.endswith("\n") else ""


def _lock_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.serving")
