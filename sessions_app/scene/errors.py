"""The root of every error that a user is told about."""


class SceneError(Exception):
    """An error whose message is written for the person or model that caused it.

    `code` is a stable snake_case word that programs may branch on; every subclass sets its own.
    `recorded` is what the record of calls keeps: the message, unless that opens a scene. `advice`
    is what to do next, where the message is about something that the reader did not cause.
    `argument` is the one that the message is about, where clients call that by several names.
    """

    code: str = "scene_error"
    advice: str = ""
    argument: str = ""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        """Keep the message, and after how many seconds asking again makes sense."""
        super().__init__(message)
        self.message = message
        self.recorded = message
        self.retry_after_seconds = retry_after_seconds


# The advice of errors in what is stored.
DAMAGED = (
    "This scene is damaged: call open_session to start another one, and ask the person to report it"
    " to whoever runs this server."
)


class InvalidValueError(SceneError):
    """An argument has the right type but a value that is not accepted."""

    code = "invalid_argument"


def quoted(text: str, limit: int = 32) -> str:
    """Quote text from outside for a message: cut to `limit` characters, control characters blanked.

    Messages reach a model and a log, so neither length nor line breaks may come from a stranger.
    """
    shown = "".join(char if char.isprintable() else " " for char in text[:limit])
    return f'"{shown}…"' if len(text) > limit else f'"{shown}"'
