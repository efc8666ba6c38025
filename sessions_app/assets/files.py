"""Bytes of assets, on their way in and in the storage."""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from sessions_app import clock
from sessions_app.models import AssetFile

MAX_BYTES = 64 * 2**20
PIECE_BYTES = 64 * 1024


def temporary_file() -> IO[bytes]:
    """Return a file without a name: it is gone when it is closed, or its process killed."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def file_begin(kind: str, source: str, facts: dict[str, object]) -> AssetFile:
    """Store the row of a file that is stored next."""
    path = f"assets/{source[:2]}/{source}-{secrets.token_hex(4)}.glb"
    return AssetFile.objects.create(
        kind=kind, source=source, path=path, facts=facts, created_at=clock.now()
    )


def file_write(row: AssetFile, content: IO[bytes]) -> None:
    """Write a file's bytes, which may take a while; not on a database thread."""
    content.seek(0)
    row.path = default_storage.save(row.path, File(content))
    row.size = content.seek(0, 2)


def file_stored(row: AssetFile) -> None:
    """Store that a file's bytes are written."""
    row.is_stored = True
    row.save(update_fields=["path", "size", "is_stored"])


def file_pieces(path: str) -> Iterator[bytes]:
    """Return the bytes of a stored file, piece by piece.

    Raises:
        FileNotFoundError: it was removed.
    """
    with default_storage.open(path) as file:
        yield from file.chunks(PIECE_BYTES)


def file_delete(row: AssetFile) -> None:
    """Delete a file, then its row."""
    default_storage.delete(row.path)
    row.delete()
