"""Errors of which scene session is meant, and whether there is one."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from sessions_app.scene.errors import SceneError, quoted


def _mcp() -> str:
    """Return the path of the MCP endpoint."""
    return f"{settings.ROOT_PATH}/mcp"


class SceneSessionRequiredError(SceneError):
    """The call names no scene session and may not create one.

    `scattered`: another connection of the same client has just created one.
    """

    code = "session_required"

    def __init__(self, *, scattered: bool = False) -> None:
        reason = "This call does not say which scene it means."
        if scattered:
            reason += (
                " A client with the name of yours made a scene a short while ago over another"
                " connection, which has ended or has not called again: if that was yours, go on in"
                " its scene."
            )
        super().__init__(
            f"{reason} Pass the id of your scene as `scene` in every call; if you have none, call"
            " get_browser_connection_url once and take it from there."
        )


class SceneSessionUnknownError(SceneError):
    """No scene session has this edit key, or the caller may not know of it; both read alike."""

    code = "session_unknown"

    def __init__(
        self, *, path_key: UUID | None = None, argument: str = "scene", fault: str = ""
    ) -> None:
        """Word the message for the argument, or for the URL that named the session.

        Args:
            path_key: the id in the URL, if that is the unknown one.
            argument: the argument that named the session.
            fault: one sentence on what the argument holds instead of an id; such a call is no
                guess.
        """
        self.is_guess = not fault
        if path_key is None:
            self.argument = argument
            advice = (
                f'Check `{argument}`, or leave it empty ("") and call get_browser_connection_url to'
                " get a scene and its link."
            )
            super().__init__(f"{fault or 'No scene has this id.'} {advice}")
            return
        super().__init__(
            f"{_connected_to(path_key)}, and no scene has that id. {_connect_elsewhere()}"
        )
        self.recorded = "No scene has the id in the address."


def _connected_to(path_key: UUID) -> str:
    return f"This client is connected to the address {_mcp()}/{path_key}"


def _connect_elsewhere() -> str:
    return (
        f"Connect it to {_mcp()}/ followed by the id in the scene's link, or to {_mcp()} to start a"
        " new scene."
    )


_CLOSERS = {
    "client": " by its client",
    "user": " by its user",
    "staff": " by the staff of this server",
    "cleanup": " by the server",
}


class SceneSessionClosedError(SceneError):
    """The scene session is closed for good; `page_text` tells a person when, by whom and why."""

    code = "session_closed"

    def __init__(
        self,
        at: datetime | None = None,
        by: str = "",
        because: str = "",
        *,
        path_key: UUID | None = None,
    ) -> None:
        """Word the message for the argument or, with a `path_key`, for the URL that named it."""
        when = f" on {at.day} {at:%B %Y at %H:%M} UTC" if at else ""
        reason = f": {because.rstrip('.')}" if because else ""
        self.page_text = f"This scene was closed{when}{_CLOSERS.get(by, '')}{reason}."
        closed = f"{self.page_text} It does not come back."
        if path_key is None:
            super().__init__(f"{closed} Call open_session without `scene` to start a new one.")
            return
        super().__init__(
            f"{closed} {_connected_to(path_key)}, which is its. {_connect_elsewhere()}"
        )
        self.recorded = closed


class SceneSessionConflictError(SceneError):
    """An argument and the endpoint's URL name different scene sessions.

    `edit_key` comes from the argument.
    """

    code = "session_conflict"

    def __init__(self, argument: str = "scene", edit_key: UUID | None = None) -> None:
        super().__init__(
            f"`{argument}` names another scene than the address {_mcp()}/<edit key> that this"
            f' client is connected to. Leave `{argument}` empty (""), or connect the client to'
            f" {_mcp()}."
        )
        self.argument = argument
        self.edit_key = edit_key


class SceneElsewhereError(SceneError):
    """An ignored argument names another scene session than the call would change."""

    code = "session_conflict"

    def __init__(self, argument: str) -> None:
        shown = quoted(argument, 40)
        super().__init__(
            f"The argument {shown} names another scene than this call would change, and is not"
            " read. Pass the id of the scene that you mean as `scene`."
        )
        self.argument = argument
