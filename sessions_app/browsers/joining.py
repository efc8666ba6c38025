"""Joins a browser to its scene session and prepares the first frame for its page."""

import contextlib
from dataclasses import dataclass

from sessions_app import clock
from sessions_app.browsers.pairings import Visitor, pairing_join, pairing_leave, unknown_error
from sessions_app.errors import StoreError
from sessions_app.models import Pairing, SceneSession
from sessions_app.models.roles import Right
from sessions_app.people.access import Access, Grant, role_of
from sessions_app.people.principals import Principal
from sessions_app.revisions.documents import document_text
from sessions_app.revisions.persons_words import words_of
from sessions_app.revisions.reads import patches_since
from sessions_app.revisions.recent import recent_changes
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.closing import closed_error
from sessions_app.storage import database, scene_work
from sessions_app.wire import scene_messages
from sessions_app.wire.events import enter_scene, leave_scene, tell_channel
from sessions_app.wire.scene_messages import CloseCode


@dataclass(frozen=True, slots=True)
class Joined:
    """A page at its scene; `line` is the queue of the scene's work, which no page learns."""

    scene_session_id: int
    pairing_id: int
    person_id: str
    grant: Grant
    line: str
    revision: int
    frame: str


async def join(
    access: Access,
    visitor: Visitor,
    *,
    known_revision: int | None,
    hears: bool,
    code: str | None = None,
) -> Joined:
    """Record the pairing, join the group, and only then read the scene.

    `hears`: the connection has a channel that receives changes. `code` is the pairing code that the
    edit key was found by, if any; it is used up.

    Raises:
        PairingCodeUnknownError: the code was used meanwhile.
        SceneSessionUnknownError: there is no such session.
        SceneSessionClosedError: the session is closed.
        TooManyConnectionsError: a limit of browsers is reached.
        StoreError: the scene is locked, or a store is down.
    """
    arrival = await scene_work.run(
        access.line, pairing_join, access=access, visitor=visitor, code=code
    )
    pairing, principal = arrival.pairing, visitor.principal
    line = pairing.scene_session.edit_key.hex
    if arrival.replaced is not None:
        await tell_channel(arrival.replaced, {"type": "connection.replaced"})
    try:
        if hears:
            await enter_scene(pairing.scene_session_id, visitor.channel_name)
        revision, grant, frame = await database.run(
            _registered, pairing.pk, access, principal, known_revision
        )
    except SceneError as error:
        is_gone = not isinstance(error, StoreError)
        close_code = CloseCode.NO_SUCH_SESSION if is_gone else CloseCode.TRY_LATER
        await leave(line, pairing.pk, channel_name=visitor.channel_name, close_code=close_code)
        await leave_scene(pairing.scene_session_id, visitor.channel_name)
        raise
    scene_session_id, person_id = pairing.scene_session_id, pairing.person_id
    return Joined(scene_session_id, pairing.pk, person_id, grant, line, revision, frame)


async def leave(line: str, pairing_id: int, *, channel_name: str, close_code: int) -> None:
    """Record that a browser has left; if that fails, its lease expires."""
    with contextlib.suppress(StoreError):
        await scene_work.run(
            line,
            pairing_leave,
            pairing_id,
            channel_name=channel_name,
            close_code=close_code,
        )


async def whole_scene(pairing_id: int, access: Access, principal: Principal) -> tuple[int, str]:
    """Return the stored revision, and `sessionRegistered` with the whole scene.

    Raises:
        SceneSessionUnknownError: the link was replaced, or the share has ended.
        SceneSessionClosedError: the session is closed.
    """
    revision, _, frame = await database.run(_registered, pairing_id, access, principal, None)
    return revision, frame


def _registered(
    pairing_id: int, access: Access, principal: Principal, known_revision: int | None
) -> tuple[int, Grant, str]:
    """Return the revision, the role by now, and the first frame for a browser."""
    pairing = Pairing.objects.select_related("scene_session").filter(pk=pairing_id).first()
    grant = role_of(access, pairing.scene_session, principal) if pairing else None
    if pairing is None or grant is None:
        raise unknown_error(access)
    scene_session = pairing.scene_session
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    patches = None
    if known_revision is not None and known_revision <= scene_session.revision:
        patches = patches_since(scene_session.pk, known_revision)
    # Before the revision is read: an upgrade advances it.
    scene = None if patches is not None else document_text(scene_session)
    revision = patches[-1].revision if patches else scene_session.revision
    frame = scene_messages.session_registered(
        edit_key=scene_session.edit_key if access.share is None else None,
        browser_id=pairing.browser_id,
        person_id=pairing.person_id,
        role=grant.role,
        revision=revision,
        server_time=clock.seconds(),
        scene=scene,
        recent=None if scene is None else recent_changes(scene_session),
        patches=patches,
        words=words_of(scene_session) if grant.allows(Right.TALK) else (),
    )
    return revision, grant, frame
