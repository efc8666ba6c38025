"""Reads a scene for a view inside a chat, which gets what a viewer's page gets, and less."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sessions_app.models import SceneSession
from sessions_app.people.principals import Principal
from sessions_app.people.view_tokens import ViewExpiredError, ViewPass
from sessions_app.revisions.documents import document_text
from sessions_app.revisions.reads import patches_since
from sessions_app.sessions.closing import closed_error
from sessions_app.wire.scene_messages import StoredPatch


@dataclass(frozen=True, slots=True)
class SceneView:
    """A scene at a revision: the whole of it, or what has changed since the one that is known.

    `scene` is JSON text; None where `patches` lead to it. Nothing has changed without any.
    """

    edit_key: UUID
    revision: int
    scene: str | None = None
    patches: Sequence[StoredPatch] = ()

    @property
    def is_news(self) -> bool:
        return self.scene is not None or bool(self.patches)


def scene_view(view: ViewPass, principal: Principal, *, since: int | None) -> SceneView:
    """Read what a view lacks.

    Args:
        view: what its token says.
        principal: who asks for it.
        since: the revision that it has; None if it has none.

    Raises:
        ViewExpiredError: the link was replaced, or the scene is out of the caller's reach.
        SceneSessionClosedError: the scene is closed.
    """
    scene_session = SceneSession.objects.filter(pk=view.scene_session_id).first()
    if scene_session is None or not view.opens(scene_session, principal):
        raise ViewExpiredError
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    known = since is not None and since <= scene_session.revision
    if since == scene_session.revision:
        return SceneView(scene_session.edit_key, since)
    patches = patches_since(scene_session.pk, since) if known and since is not None else None
    if patches:
        return SceneView(scene_session.edit_key, patches[-1].revision, patches=patches)
    scene = document_text(scene_session)  # before the revision is read: an upgrade advances it
    return SceneView(scene_session.edit_key, scene_session.revision, scene)
