"""Brings a model into a scene: known ones at once, others through the check."""

import asyncio
from typing import IO, Any

from sessions_app.assets.checking import model_check
from sessions_app.assets.files import file_begin, file_write
from sessions_app.assets.keeping import asset_keep, asset_of_source
from sessions_app.models import Asset, AssetFile
from sessions_app.storage import database


async def source_keep(
    scene_session_id: int, file: IO[bytes], *, source: str, name: str
) -> tuple[Asset, bool]:
    """Check a model that was taken in, and give it to a scene.

    Args:
        scene_session_id: the internal id.
        file: its bytes.
        source: their SHA-256.
        name: what to call it.

    Returns:
        The asset, and whether its file had to be checked.

    Raises:
        SceneError: the file is refused, a limit is reached, or the scene is closed.
    """
    known = await database.run(asset_of_source, scene_session_id, source, name)
    if known is not None:
        return known, False
    row = await checked_file(file, source)
    return await database.run(asset_keep, scene_session_id, row, name), True


async def checked_file(file: IO[bytes], source: str) -> AssetFile:
    """Check a model and write its plain file; The caller stores that it is there.

    Args:
        file: its bytes.
        source: their SHA-256.

    Raises:
        AssetRefusedError: it is no model that can be drawn.
        CheckerMissingError: there is no Node.js.
    """
    plain, facts = await model_check(file)
    with plain:
        row = await database.run(file_begin, AssetFile.Kind.MODEL, source, facts)
        await asyncio.to_thread(file_write, row, plain)
    return row


def shown(asset: Asset) -> dict[str, Any]:
    """Return what the answer to an upload says of its asset."""
    facts = asset.file.facts
    low, high = facts["min"], facts["max"]
    return {
        "id": asset.public_id,
        "kind": asset.file.kind,
        "name": asset.name,
        "bytes": asset.file.size,
        "box": [round(top - bottom, 6) for bottom, top in zip(low, high, strict=True)],
        "triangles": facts["triangles"],
        "clips": facts["clips"],
        "parts": facts["parts"],
        "materials": facts["materials"],
    }
