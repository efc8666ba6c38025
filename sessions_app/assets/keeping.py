"""Gives scenes their assets, within bounds, and finds them again."""

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from sessions_app import clock
from sessions_app.assets.errors import AssetLimitError, AssetUnknownError
from sessions_app.assets.files import file_stored
from sessions_app.models import Asset, AssetFile
from sessions_app.sessions.closing import closed_error, lock_living
from sessions_app.storage.texts import storable

MAX_ASSETS = 100
MAX_BYTES_OF_SCENE = 200 * 2**20
MAX_NAME = 64


def require_room(scene_session_id: int, size: int = 0) -> None:
    """Refuse another asset of a scene early, before its bytes are taken in.

    Raises:
        AssetLimitError: the scene or the server has as many, or as much, as it may have.
    """
    assets = Asset.objects.filter(scene_session=scene_session_id)
    if assets.count() >= MAX_ASSETS:
        raise AssetLimitError(
            f"This scene has {MAX_ASSETS} models and pictures, as many as it may have."
        )
    if (assets.aggregate(sum=Sum("file__size"))["sum"] or 0) + size > MAX_BYTES_OF_SCENE:
        raise AssetLimitError(
            f"The models and pictures of this scene would be larger than {MAX_BYTES_OF_SCENE >> 20}"
            " MB, the limit."
        )
    of_all = AssetFile.objects.aggregate(sum=Sum("size"))["sum"] or 0
    if of_all + size > settings.ASSET_MEGABYTES * 2**20:
        raise AssetLimitError("This server keeps as many models and pictures as it may.")


def asset_of_source(scene_session_id: int, source: str, name: str) -> Asset | None:
    """Return the scene's asset of a file whose bytes were sent, or checked, before.

    Args:
        scene_session_id: the internal id.
        source: the SHA-256 of what was sent.
        name: what to call it.

    Raises:
        AssetLimitError: the scene or the server has as many, or as much, as it may have.
        SceneSessionClosedError: the scene is closed.
    """
    known = AssetFile.objects.filter(source=source, is_stored=True).order_by("pk").first()
    return asset_give(scene_session_id, known, name) if known else None


def asset_keep(scene_session_id: int, row: AssetFile, name: str) -> Asset:
    """Give a scene a file whose bytes were just written; one that it does not get is removed later.

    Raises:
        AssetLimitError: the scene or the server has as many, or as much, as it may have.
        SceneSessionClosedError: the scene is closed.
    """
    file_stored(row)
    asset = asset_give(scene_session_id, row, name)
    if asset is None:
        raise AssetUnknownError
    return asset


@transaction.atomic
def asset_give(scene_session_id: int, file: AssetFile, name: str) -> Asset | None:
    """Give a scene a stored file, unless it has one of the same source; None if it was removed.

    Raises:
        AssetLimitError: the scene or the server has as many, or as much, as it may have.
        SceneSessionClosedError: the scene is closed.
    """
    if lock_living(scene_session_id) is None:
        raise closed_error(scene_session_id)
    found = Asset.objects.select_related("file").filter(
        scene_session=scene_session_id, file__source=file.source
    )
    if (own := found.first()) is not None:
        own.wanted_at = clock.now()
        own.save(update_fields=["wanted_at"])
        return own
    stored = AssetFile.objects.select_for_update().filter(pk=file.pk, is_stored=True).first()
    if stored is None:
        return None
    require_room(scene_session_id, stored.size)
    now = clock.now()
    called = " ".join(storable(name, 4 * MAX_NAME).split())[:MAX_NAME] or "model"
    return Asset.objects.create(
        scene_session_id=scene_session_id, file=stored, name=called, wanted_at=now, searched_at=now
    )


def asset_find(scene_session_id: int, public_id: str) -> Asset:
    """Return a scene's asset by its id.

    Raises:
        AssetUnknownError: it has none of this id.
    """
    found = Asset.objects.select_related("file").filter(
        scene_session=scene_session_id, public_id=public_id
    )
    asset = found.first()
    if asset is None:
        raise AssetUnknownError
    return asset
