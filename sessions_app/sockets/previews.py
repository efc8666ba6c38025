"""What a page shows of a drag to the others before it is an edit; nothing of it is stored."""

from uuid import uuid4

from sessions_app.wire import scene_messages
from sessions_app.wire.page_messages import ScenePreview

# Seconds between two that are passed on; a page sends no more than that, and the edit comes last.
AT_LEAST_SECONDS = 0.09


class Previews:
    """Those of one connection."""

    def __init__(self) -> None:
        self._source = uuid4().hex[:12]
        self._next_at = 0.0
        self._is_shown = False

    def frame(self, message: ScenePreview, now: float) -> str | None:
        """Return what the other pages are sent; None for one that comes too early.

        Args:
            message: the page's; without objects it takes the earlier ones back.
            now: seconds of a monotonic clock.
        """
        if message.objects and now < self._next_at:
            return None
        self._next_at = now + AT_LEAST_SECONDS
        self._is_shown = bool(message.objects)
        return scene_messages.scene_preview(self._source, message.objects)

    def end(self) -> str | None:
        """Return what takes back what is shown still; None where nothing is."""
        return scene_messages.scene_preview(self._source, {}) if self._is_shown else None
