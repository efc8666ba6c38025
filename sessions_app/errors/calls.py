"""Errors of calls and edits as such: what is asked for is not known, or this process ends."""

from sessions_app.scene.errors import SceneError, quoted

RESTARTED_AFTER_SECONDS = 5


class UnknownToolError(SceneError):
    code = "unknown_tool"

    def __init__(self, nearest: list[str]) -> None:
        hint = f"Nearest names: {', '.join(nearest)}." if nearest else "See tools/list."
        super().__init__(f"No tool has that name. {hint}")


class UnknownOperationError(SceneError):
    """A page asks for a change that there is not; a page of ours does so after a downgrade."""

    code = "unknown_operation"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This server knows no change {quoted(name)}. Reload the page, then try again."
        )


class ProtocolSessionEndedError(Exception):
    """The client ended the protocol session; the transport returns 404."""


class RestartingError(SceneError):
    """The process is stopping: it starts nothing new, and this call did not end in time."""

    code = "restarting"

    def __init__(self) -> None:
        super().__init__(
            "The server restarts, and ended this call. A change that it had made before stays: wait"
            f" {RESTARTED_AFTER_SECONDS} s, then call get_scene to see, or send the call again.",
            retry_after_seconds=RESTARTED_AFTER_SECONDS,
        )
