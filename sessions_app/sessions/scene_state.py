"""Reads a scene's current state, for read-only interfaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sessions_app.revisions import reads
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.persons_words import words_of
from sessions_app.routing import Target
from sessions_app.scene.document import Document
from sessions_app.sessions import finding


@dataclass(frozen=True, slots=True)
class SceneState:
    """A scene session at one revision.

    `history` holds its latest changes, the newest first; `words` what people said, oldest first.
    """

    scene_session_id: int
    edit_key: UUID
    revision: int
    document: Document
    history: tuple[reads.PastChange, ...] = ()
    words: Sequence[Mapping[str, Any]] = ()


def scene_read(target: Target, *, history: int = 0) -> SceneState | None:
    """Read the scene session that `target` means, or return None; never creates one.

    Args:
        target: what the request says about its scene session.
        history: how many of the latest changes to include.

    Raises:
        ProtocolSessionEndedError: the client ended the protocol session.
    """
    scene_session = finding.scene_session_of(target)
    if scene_session is None:
        return None
    document = document_load(scene_session)  # first: an upgrade advances the revision
    return SceneState(
        scene_session_id=scene_session.pk,
        edit_key=scene_session.edit_key,
        revision=scene_session.revision,
        document=document,
        history=tuple(reads.past_changes(scene_session.pk, history)) if history else (),
        words=words_of(scene_session),
    )
