"""What the server's own browser gets with a scene to draw, to load the scene's models."""

from django.core import signing

_SALT = "sessions_app.assets.camera"
_WITHIN_SECONDS = 120


def camera_pass(scene_session_id: int) -> str:
    """Return what the camera sends as `Authorization: Camera …`."""
    return signing.dumps(scene_session_id, salt=_SALT)


def scene_of_pass(text: str) -> int | None:
    """Return the scene of a pass; None if it is not ours, or too old."""
    try:
        return int(signing.loads(text, salt=_SALT, max_age=_WITHIN_SECONDS))
    except signing.BadSignature:
        return None
