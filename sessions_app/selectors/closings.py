"""Reads why a scene session is closed."""

from uuid import UUID

from sessions_app.errors import SceneSessionClosedError
from sessions_app.models import SceneSession


def closed_error(scene_session_id: int, *, path_key: UUID | None = None) -> SceneSessionClosedError:
    """What whoever asks for this closed session is told; it may be deleted by now.

    Args:
        scene_session_id: its internal id.
        path_key: the edit key in the address that a client is connected to.
    """
    found = SceneSession.objects.filter(pk=scene_session_id, closed_at__isnull=False)
    row = found.order_by().values_list("closed_at", "closed_by", "closed_because").first()
    return SceneSessionClosedError(*(row or ()), path_key=path_key)
