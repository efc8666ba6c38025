"""Which process serves a SQLite file, and at what address: a lock beside the file says so.

Without Redis, the browsers of one process do not hear of what another one changes. So whoever
starts second can tell, and either passes its calls on to the first or takes another file.
"""

from io import TextIOWrapper
from pathlib import Path

from django.conf import settings
from django.core.files import locks

from sessions_app.storage.schema import SchemaError

# Held until the process ends: the operating system lets go of the locks of one that is killed.
_held: dict[Path, TextIOWrapper] = {}


def sqlite_file() -> Path | None:
    """The file of the database, where that is SQLite and no Redis joins its processes."""
    database = settings.DATABASES["default"]
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    return Path(database["NAME"]).resolve() if is_sqlite and not settings.REDIS_URL else None


def claim(database: Path) -> bool:
    """Become the one that serves this file; True where this process is it, or was before.

    Raises:
        SchemaError: there can be no file in that place.
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
    """Say where the file is served; nothing where this process is not the one that serves it."""
    file = _held.get(database)
    if file is not None:
        file.write(f"{origin}\n")  # opened for appending: behind nothing, since `claim` emptied it
        file.flush()


def origin_of(database: Path) -> str:
    """Where another process serves the file; empty before it has begun to, or ever will."""
    try:
        text = _lock_of(database).read_text()
    except OSError:
        return ""
    return text.strip() if text.endswith("\n") else ""


def _lock_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.serving")
