"""Fetches models from public addresses, for calls."""

import asyncio
import hashlib
from typing import IO
from urllib.parse import unquote, urlsplit

from django.conf import settings

from sessions_app.assets.checking import node_find
from sessions_app.assets.errors import AssetRefusedError
from sessions_app.assets.files import MAX_BYTES, file_stored, temporary_file
from sessions_app.assets.importing import checked_file
from sessions_app.models import AssetFile
from sessions_app.people.fetching import FetchError, fetch_to
from sessions_app.scene.errors import quoted
from sessions_app.storage import database

# A call has 25 s in all, of which the check may take ten.
WITHIN_SECONDS = 12.0
AT_ONCE = 4
MAX_URL_LENGTH = 2000

_turns = asyncio.Semaphore(AT_ONCE)


async def model_fetch(url: str) -> tuple[AssetFile, str]:
    """Fetch a model, check and store it, for the scene that gives it an id next.

    Args:
        url: https, to a host that ASSET_HOSTS allows.

    Returns:
        The stored file, and its name in the URL.

    Raises:
        AssetRefusedError: it cannot be fetched, or is none that can be drawn.
        CheckerMissingError: there is no Node.js.
    """
    host = _host_of(url)
    await node_find()  # what could not be checked is not fetched
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    given = await asyncio.to_thread(temporary_file)
    with given:
        async with _turns:
            source = await asyncio.to_thread(_fetch, url, host, given)
        known = await database.run(_known, source)
        if known is not None:
            return known, name
        row = await checked_file(given, source)
    await database.run(file_stored, row)
    return row, name


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        host = ""
    if not host or len(url) > MAX_URL_LENGTH:
        raise AssetRefusedError(
            f"`url` cannot be {quoted(url, 60)}. Accepted: the https address of a GLB file."
        )
    if not _is_allowed(host):
        raise AssetRefusedError(f"This server fetches no models from {quoted(host, 100)}.")
    return host


def _is_allowed(host: str) -> bool:
    allowed, forbidden = settings.ASSET_HOSTS
    if _is_among(host, forbidden):
        return False
    return not allowed or _is_among(host, allowed)


def _is_among(host: str, names: list[str]) -> bool:
    return any(
        name in ("*", host) or (name.startswith(".") and f".{host}".endswith(name))
        for name in names
    )


def _fetch(url: str, host: str, file: IO[bytes]) -> str:
    """Write what the URL has to a file; return its SHA-256."""
    digest = hashlib.sha256()

    def write(piece: bytes) -> None:
        digest.update(piece)
        file.write(piece)

    # An operator who names this machine means it.
    loopback_allowed = host in settings.ASSET_HOSTS[0]
    try:
        fetch_to(
            write,
            url,
            loopback_allowed=loopback_allowed,
            most_bytes=MAX_BYTES,
            within_seconds=WITHIN_SECONDS,
            accept="model/gltf-binary, */*",
        )
    except FetchError as error:
        text = f"The model cannot be fetched: {error}. Redirects are not followed."
        raise AssetRefusedError(text) from None
    file.flush()
    return digest.hexdigest()


def _known(source: str) -> AssetFile | None:
    return AssetFile.objects.filter(source=source, is_stored=True).order_by("pk").first()
