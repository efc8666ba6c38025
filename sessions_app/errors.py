"""The errors of scene sessions; each message says what to do next."""

import math
from datetime import datetime
from uuid import UUID

from django.conf import settings

from sessions_app.limits.names import Limit
from sessions_app.limits.rates import BUSY_FOR_SECONDS, Rate
from sessions_app.scene.errors import SceneError, quoted

RESTARTED_AFTER_SECONDS = 5
UNAVAILABLE_FOR_SECONDS = 10
UPGRADED_AFTER_SECONDS = 60
# What may be down besides the database.
BETWEEN_PROCESSES = "the way between its processes"


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


class CreationQuotaError(SceneError):
    code = "creation_quota"
    limit = Limit.CREATION_QUOTA

    def __init__(self, quota: Rate, *, wait_seconds: int) -> None:
        super().__init__(
            f"Too many new scenes from this address or network: {quota.calls} in {quota.seconds} s"
            f" may be started. Go on in one of them by passing its id as `scene`, or wait"
            f" {wait_seconds} s, then send the call again.",
            retry_after_seconds=wait_seconds,
        )


class TooManySessionsError(SceneError):
    """The limit of sessions is reached, in all or of one person."""

    code = "session_limit"

    def __init__(self, limit: Limit, most: int) -> None:
        reasons = {
            Limit.SESSIONS: f"There are {most} open sessions, as many as this server holds.",
            Limit.SESSIONS_ANONYMOUS: (
                f"There are {most} open sessions: the rest of what this server holds is kept for"
                " people who are signed in. Sign in, where this server offers it."
            ),
            Limit.SESSIONS_PER_USER: f"You have {most} sessions, as many as one person may have.",
        }
        own = limit is Limit.SESSIONS_PER_USER
        then = "Close one with close_session" if own else "Wait until others fall asleep"
        super().__init__(
            f"{reasons[limit]} Go on in one that you have by passing its id as `scene`."
            f" {then}, then send the call again.",
            retry_after_seconds=None if own else 60,
        )
        self.limit = limit


class ShareUnknownError(SceneSessionUnknownError):
    """A share opens nothing: it was revoked, has expired or never existed; all read alike."""

    code = "share_unknown"
    page_text = (
        "This link opens no scene: it was revoked, has expired, or is incomplete. Ask whoever gave"
        " it to you for a new one."
    )


class ShareNotFoundError(SceneError):
    """The scene has no such share, or it was revoked."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__(
            "This link is gone already: it was revoked. Make a new one where one is needed."
        )


class TooManySharesError(SceneError):
    code = "share_limit"
    limit = Limit.SHARES

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This scene has {most} links for others, as many as it may have. Revoke one that is"
            " not needed, then try again."
        )


class NotAllowedError(SceneError):
    """The page's role does not allow it."""

    code = "not_allowed"

    def __init__(
        self,
        text: str = "This link lets you look at the scene, not change it. Ask whoever gave it to"
        " you for one that does.",
    ) -> None:
        super().__init__(text)


class TooManyConnectionsError(SceneError):
    """The limit of open pages is reached, of one session, person or address."""

    code = "connection_limit"

    def __init__(self, limit: Limit, most: int) -> None:
        reasons = {
            Limit.BROWSERS_PER_SESSION: f"The limit of browsers for this scene is reached: {most}.",
            Limit.CONNECTIONS_PER_USER: f"The limit of your open pages is reached: {most}.",
            Limit.CONNECTIONS_PER_ADDRESS: (
                f"The limit of pages at your internet address is reached: {most}."
            ),
            Limit.WAITING_PAGES: f"The limit of pages that wait for an AI is reached: {most}.",
            Limit.WAITING_PAGES_PER_ADDRESS: (
                f"The limit of pages at your address that wait for an AI is reached: {most}."
            ),
        }
        waits = limit in (Limit.WAITING_PAGES, Limit.WAITING_PAGES_PER_ADDRESS)
        then = ", then try again." if waits else ": this page tries again by itself."
        super().__init__(
            f"{reasons[limit]} Close one that is not needed{then}",
            retry_after_seconds=30,
        )
        self.limit = limit


class PairingCodeUnknownError(SceneError):
    """No valid code is this one: unknown, used and expired ones read alike.

    `page_text` is for the person who typed it.
    """

    code = "code_unknown"
    page_text = (
        "This code is not valid. A code works once, for ten minutes: check it, or get a new one."
    )

    def __init__(self) -> None:
        super().__init__(
            "No page waits with this `code`, so nothing was done. A code works once, for ten"
            " minutes: ask the person for the one that their page shows now, or give them the link"
            " that get_browser_connection_url tells."
        )
        self.argument = "code"


class TooManyCodesTriedError(SceneError):
    """Too many wrong codes were tried lately, from here or by all."""

    code = "rate_limited"

    def __init__(self, wait_seconds: float) -> None:
        minutes = max(1, math.ceil(wait_seconds / 60))
        super().__init__(
            f"Too many wrong codes were tried. Wait {minutes} minute{'' if minutes == 1 else 's'},"
            " then try again, or use the scene's link.",
            retry_after_seconds=math.ceil(wait_seconds),
        )


class ProtocolSessionEndedError(Exception):
    """The client ended the protocol session; the transport returns 404."""


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


class RestartingError(SceneError):
    """The process is stopping: it starts nothing new, and this call did not end in time."""

    code = "restarting"

    def __init__(self) -> None:
        super().__init__(
            "The server restarts, and ended this call. A change that it had made before stays: wait"
            f" {RESTARTED_AFTER_SECONDS} s, then call get_scene to see, or send the call again.",
            retry_after_seconds=RESTARTED_AFTER_SECONDS,
        )
