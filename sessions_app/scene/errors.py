"""The base of all errors that are reported to users."""


class SceneError(Exception):
    """An error whose message is written for the person or model that caused it.

    `code` is a stable snake_case word that programs may branch on; every subclass sets its own.
    `recorded` is stored with the call: the message, unless it contains an edit key. `advice` is
    what to do about a fault that the reader did not cause. `argument` is the argument that the
    message is about, if clients have several names for it.
    """

    code: str = "scene_error"
    advice: str = ""
    argument: str = ""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        """Keep the message, and the seconds after which to retry, if that makes sense."""
        super().__init__(message)
        self.message = message
        self.recorded = message
        self.retry_after_seconds = retry_after_seconds


# The advice for damaged scenes.
DAMAGED = (
    "This scene is damaged: call open_session to start another one, and ask the person to report it"
    " to whoever runs this server."
)


class InvalidValueError(SceneError):
    """An argument has the right type but a value that is not accepted."""

    code = "invalid_argument"


def quoted(text: str, limit: int = 32) -> str:
    """Quote a client's text for a message: cut to `limit` characters, control characters blanked.

    Messages reach models and the log, so clients must not control their length or line breaks.
    """
    shown = "".join(char if char.isprintable() else " " for char in text[:limit])
    return f'"{shown}…"' if len(text) > limit else f'"{shown}"'
