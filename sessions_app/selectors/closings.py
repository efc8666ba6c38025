"""Reads why a scene session is closed."""

from sessions_app.errors import SceneSessionClosedError
from sessions_app.models import SceneSession


def closed_error(scene_session_id: int) -> SceneSessionClosedError:
    """What whoever asks for this closed session is told; it may be deleted by now."""
    found = SceneSession.objects.filter(pk=scene_session_id, closed_at__isnull=False)
    row = found.order_by().values_list("closed_at", "closed_by", "closed_because").first()
    return SceneSessionClosedError(*row) if row else SceneSessionClosedError()
