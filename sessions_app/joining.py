"""Joins a browser's connection to its scene session, and reads what the page must be sent."""

from dataclasses import dataclass
from uuid import UUID

from channels.layers import get_channel_layer

from sessions_app import protocol
from sessions_app.errors import SceneSessionUnknownError
from sessions_app.groups import scene_group
from sessions_app.models import Pairing, SceneSession
from sessions_app.protocol import CloseCode
from sessions_app.scene.errors import SceneError
from sessions_app.selectors.closings import closed_error
from sessions_app.selectors.scenes import patches_since
from sessions_app.services.pairings import Visitor, pairing_join, pairing_leave
from sessions_app.services.scenes import document_load
from sessions_app.storage import database


@dataclass(frozen=True, slots=True)
class Joined:
    scene_session_id: int
    pairing_id: int
    revision: int
    frame: str


async def join(edit_key: UUID | None, visitor: Visitor, *, known_revision: int | None) -> Joined:
    """Record the pairing, enter the group, and only then read the scene.

    Raises:
        SceneSessionUnknownError: no such session.
        SceneSessionClosedError: the session was closed.
        TooManyConnectionsError: one more browser would be too many.
    """
    arrival = await database.run(pairing_join, edit_key=edit_key, visitor=visitor)
    pairing = arrival.pairing
    if arrival.replaced is not None:
        await get_channel_layer().send(arrival.replaced, {"type": "connection.replaced"})
    group = scene_group(pairing.scene_session_id)
    await get_channel_layer().group_add(group, visitor.channel_name)
    try:
        revision, frame = await database.run(_registered, pairing.pk, edit_key, known_revision)
    except SceneError:
        await get_channel_layer().group_discard(group, visitor.channel_name)
        await database.run(
            pairing_leave,
            pairing.pk,
            channel_name=visitor.channel_name,
            close_code=CloseCode.NO_SUCH_SESSION,
        )
        raise
    return Joined(pairing.scene_session_id, pairing.pk, revision, frame)


async def whole_scene(pairing_id: int, edit_key: UUID | None) -> tuple[int, str]:
    """The stored revision, and `sessionRegistered` with all of the scene.

    Raises:
        SceneSessionUnknownError: it has another edit key by now.
        SceneSessionClosedError: it was closed.
    """
    return await database.run(_registered, pairing_id, edit_key, None)


def _registered(
    pairing_id: int, edit_key: UUID | None, known_revision: int | None
) -> tuple[int, str]:
    """What a browser that came with this edit key is sent; never more than the key still opens."""
    pairing = Pairing.objects.select_related("scene_session").filter(pk=pairing_id).first()
    if pairing is None or pairing.scene_session.edit_key != edit_key:
        raise SceneSessionUnknownError
    scene_session = pairing.scene_session
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    patches = None
    if known_revision is not None and known_revision <= scene_session.revision:
        patches = patches_since(scene_session.pk, known_revision)
    revision = patches[-1].revision if patches else scene_session.revision
    frame = protocol.session_registered(
        edit_key=scene_session.edit_key,
        browser_id=pairing.browser_id,
        role=pairing.role,
        revision=revision,
        scene=None if patches is not None else document_load(scene_session),
        patches=patches,
    )
    return revision, frame
