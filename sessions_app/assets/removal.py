"""Removes assets that no kept revision, snapshot or checkpoint of their scene needs.

An asset that was sent and not placed yet is kept for a while.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Min

from sessions_app import clock
from sessions_app.assets.files import file_delete
from sessions_app.models import Asset, AssetFile, SceneCheckpoint, SceneRevision, SceneSnapshot
from sessions_app.sessions.closing import lock_living

# Between sending a file and placing it; longer than any upload and check take.
KEPT_FOR = timedelta(minutes=15)
# A search reads a scene's whole history.
SEARCH_AFTER = timedelta(minutes=5)
SCENES_BATCH = 5
FILES_BATCH = 20

_ID = re.compile(r'"asset":\s*"([\w-]+)"')


def unneeded_delete() -> int:
    """Delete the unneeded assets of the scenes searched longest ago; return how many scenes."""
    due = Asset.objects.filter(searched_at__lt=clock.now() - SEARCH_AFTER).order_by()
    scenes = due.values("scene_session").annotate(at=Min("searched_at")).order_by("at")
    ids = list(scenes.values_list("scene_session", flat=True)[:SCENES_BATCH])
    for scene_session_id in ids:
        assets_search(scene_session_id)
    return len(ids)


@transaction.atomic
def assets_search(scene_session_id: int) -> None:
    """Delete the assets of a scene that nothing kept of it needs."""
    lock_living(scene_session_id)  # so that no change brings one back meanwhile
    assets = Asset.objects.filter(scene_session=scene_session_id)
    needed = {found for text in _texts(scene_session_id) for found in _ID.findall(text)}
    unwanted = assets.filter(wanted_at__lt=clock.now() - KEPT_FOR)
    unwanted.exclude(public_id__in=needed).delete()
    assets.update(searched_at=clock.now())


def _texts(scene_session_id: int) -> Iterator[str]:
    """Yield all that may name an asset."""
    of_scene = {"scene_session": scene_session_id}
    yield from SceneSnapshot.objects.filter(**of_scene).values_list("document", flat=True)
    yield from SceneCheckpoint.objects.filter(**of_scene).values_list("document", flat=True)
    changes = SceneRevision.objects.filter(**of_scene).values_list("patch", "inverse")
    for patch, inverse in changes.order_by().iterator(chunk_size=100):
        yield patch
        yield inverse


def files_delete() -> int:
    """Delete files that no scene has, and what a killed process left half stored."""
    old = AssetFile.objects.filter(assets=None, created_at__lt=clock.now() - KEPT_FOR)
    rows = list(old.order_by("pk")[:FILES_BATCH])
    for row in rows:
        if _give_up(row):
            file_delete(row)
    return len(rows)


@transaction.atomic
def _give_up(row: AssetFile) -> bool:
    """Mark a file as not stored, so that no scene gets it; False if one has it by now."""
    locked = AssetFile.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None or locked.assets.exists():
        return False
    locked.is_stored = False
    locked.save(update_fields=["is_stored"])
    return True
