"""Files made of a scene for download: kept for some minutes, limited in number and bytes.

They are in the database, in parts, so that any process can take one in and any can serve it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Sum

from sessions_app import clock
from sessions_app.models import SceneFile, SceneFilePart, SceneSession
from sessions_app.people.join_codes import nonce_digest
from sessions_app.people.principals import Principal, may_reach
from sessions_app.scene.errors import SceneError
from sessions_app.web.file_names import file_name

KEPT_FOR = timedelta(minutes=10)
MAX_BYTES = 32 * 1024 * 1024
PART_BYTES = 512 * 1024
MAX_FILES_OF_A_SCENE = 4
MAX_FILES_OF_ALL = 1000
MAX_BYTES_OF_ALL = 256 * 1024 * 1024


class FilesFullError(SceneError):
    """There are as many files of all scenes, or as many bytes in them, as there may be."""

    code = "files_full"

    def __init__(self) -> None:
        super().__init__(
            "This server keeps as many exported files as it may. Each is gone after"
            f" {KEPT_FOR.seconds // 60} minutes: try again then.",
            retry_after_seconds=60,
        )


class PartRefusedError(Exception):
    """A part is not taken in; `status` is HTTP's."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class BegunFile:
    """A file without content: its id, and the nonces of its addresses."""

    pk: int
    download: str
    upload: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A complete file."""

    pk: int
    name: str
    format: str
    size: int
    parts: int


@transaction.atomic
def scene_file_begin(scene_session_id: int, format_: str) -> BegunFile:
    """Reserve a file of a scene; the oldest ones beyond the limit are deleted.

    Raises:
        FilesFullError: all files together are too large.
    """
    now = clock.now()
    SceneFile.objects.filter(expires_at__lte=now).delete()
    others = SceneFile.objects.filter(scene_session=scene_session_id).order_by("-pk")
    surplus = list(others.values_list("pk", flat=True)[MAX_FILES_OF_A_SCENE - 1 :])
    SceneFile.objects.filter(pk__in=surplus).delete()
    if _bytes_of_all() >= MAX_BYTES_OF_ALL or SceneFile.objects.count() >= MAX_FILES_OF_ALL:
        raise FilesFullError
    download, upload = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    file = SceneFile.objects.create(
        scene_session_id=scene_session_id,
        format=format_,
        download_digest=nonce_digest(download),
        upload_digest=nonce_digest(upload),
        expires_at=now + KEPT_FOR,
    )
    return BegunFile(file.pk, download, upload)


def scene_file_make(scene_session_id: int, format_: str, content: bytes) -> BegunFile:
    """Store a file whose content is known; the errors are those of `scene_file_begin`."""
    with transaction.atomic():
        begun = scene_file_begin(scene_session_id, format_)
        starts = range(0, len(content), PART_BYTES)
        SceneFilePart.objects.bulk_create(
            SceneFilePart(file_id=begun.pk, number=number, data=content[at : at + PART_BYTES])
            for number, at in enumerate(starts)
        )
        size, parts = len(content), len(starts)
        SceneFile.objects.filter(pk=begun.pk).update(size=size, parts=parts, is_complete=True)
    return begun


@transaction.atomic
def scene_file_part_store(
    nonce: str, attempt: str, number: int, data: bytes, principal: Principal
) -> None:
    """Store the next part of a file that a page sends; the first one of an attempt replaces all.

    Args:
        nonce: of the address to which it was sent.
        attempt: what the page calls its attempt.
        number: from 0, without a gap.
        data: at most PART_BYTES.
        principal: who sends it.

    Raises:
        PartRefusedError: there is no such file, the principal may not reach its scene, the part is
            not the next one, or it is too large.
    """
    file = (
        SceneFile.objects.select_related("scene_session")
        .select_for_update(of=("self",))
        .filter(upload_digest=nonce_digest(nonce), expires_at__gt=clock.now(), is_complete=False)
        .first()
    )
    if file is None or not _may_reach(file, principal):
        raise PartRefusedError(HTTPStatus.NOT_FOUND)
    if number == 0:
        file.stored_parts.all().delete()
        file.attempt, file.parts, file.size = attempt, 0, 0
    if attempt != file.attempt or number != file.parts:
        raise PartRefusedError(HTTPStatus.CONFLICT)
    file.size += len(data)
    if len(data) > PART_BYTES or file.size > MAX_BYTES:
        raise PartRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if _bytes_of_all() + len(data) > MAX_BYTES_OF_ALL:
        raise PartRefusedError(HTTPStatus.INSUFFICIENT_STORAGE)
    file.parts += 1
    SceneFilePart.objects.create(file=file, number=number, data=data)
    file.save(update_fields=["attempt", "parts", "size"])


def _may_reach(file: SceneFile, principal: Principal) -> bool:
    scene_session = file.scene_session
    return scene_session.state != SceneSession.State.CLOSED and may_reach(
        principal, owner_id=scene_session.owner_id, scene_session_id=scene_session.pk
    )


@transaction.atomic
def scene_file_complete(
    pk: int, attempt: str, size: int, is_right: Callable[[bytes, int], bool]
) -> bool:
    """Offer a file for download; return whether it is what the page says it has sent.

    Args:
        pk: of the file.
        attempt: what the page called it.
        size: in bytes, as the page says.
        is_right: whether a file that begins so, and has this size, is one of its format.
    """
    file = SceneFile.objects.select_for_update().filter(pk=pk, attempt=attempt, size=size).first()
    if file is None or not file.parts:
        return False
    first: Any = file.stored_parts.filter(number=0).values_list("data", flat=True).first()
    if first is None or not is_right(bytes(first), size):
        return False
    SceneFile.objects.filter(pk=pk).update(is_complete=True)
    return True


def scene_file_delete(pk: int) -> None:
    """Delete a file that nobody can use."""
    SceneFile.objects.filter(pk=pk).delete()


def scene_file_find(nonce: str, principal: Principal) -> StoredFile | None:
    """Return the file of a download's address.

    None once it has expired or its scene is closed, or if the principal may not reach that.
    """
    found = SceneFile.objects.select_related("scene_session").filter(
        download_digest=nonce_digest(nonce), expires_at__gt=clock.now(), is_complete=True
    )
    file = found.first()
    if file is None or not _may_reach(file, principal):
        return None
    name = file_name(file.scene_session.name, file.format)
    return StoredFile(file.pk, name, file.format, file.size, file.parts)


def scene_file_part(pk: int, number: int) -> bytes:
    """Return some bytes of a file; none once it was deleted."""
    part: Any = (
        SceneFilePart.objects.filter(file=pk, number=number).values_list("data", flat=True).first()
    )
    return bytes(part or b"")


def _bytes_of_all() -> int:
    return SceneFile.objects.aggregate(sum=Sum("size"))["sum"] or 0
