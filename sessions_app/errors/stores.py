"""Errors of what the server stores in, or sends through."""

from sessions_app.limits.rates import BUSY_FOR_SECONDS
from sessions_app.scene.errors import SceneError

UNAVAILABLE_FOR_SECONDS = 10
UPGRADED_AFTER_SECONDS = 60
# What may be down besides the database.
BETWEEN_PROCESSES = "the way between its processes"


class StoreError(SceneError):
    """A store refused for now; a retry may succeed. `page_text` is for people at a page."""

    code = "unavailable"
    page_text = ""


class StoreBusyError(StoreError):
    """A lock was held for too long; the work was rolled back."""

    code = "busy"
    page_text = (
        "This scene is held by another process at the moment. This page tries again by itself."
    )

    def __init__(self) -> None:
        super().__init__(
            "Another call or process has held this scene for too long. Nothing was changed: wait"
            f" {BUSY_FOR_SECONDS} s, then send the call again.",
            retry_after_seconds=BUSY_FOR_SECONDS,
        )


class StoreUnavailableError(StoreError):
    """The database or the channel between processes is down.

    If the connection broke, it is unknown whether the work took effect.
    """

    def __init__(self, what: str = "its database") -> None:
        self.page_text = (
            f"The server cannot use {what} at the moment. This page tries again by itself."
        )
        super().__init__(
            f"The server cannot use {what} at this moment. Wait {UNAVAILABLE_FOR_SECONDS} s, then"
            " call get_scene to see what holds, or send the call again. Where this goes on, whoever"
            " runs the server has to look: /readyz tells them why.",
            retry_after_seconds=UNAVAILABLE_FOR_SECONDS,
        )


class SceneTooNewError(StoreError):
    """A newer version stored the scene; it is left unchanged for that version."""

    page_text = (
        "A newer version of this server stored this scene, and this one cannot read it. This page"
        " tries again by itself."
    )

    def __init__(self) -> None:
        super().__init__(
            "A newer version of this server stored this scene, and this one cannot read it. The"
            f" scene stays as it is. Wait {UPGRADED_AFTER_SECONDS} s, as the server may be in the"
            " middle of an upgrade, then send the call again. If that does not help, ask the person"
            " to report it to whoever runs this server, or call open_session without `scene` to"
            " start a new one.",
            retry_after_seconds=UPGRADED_AFTER_SECONDS,
        )
