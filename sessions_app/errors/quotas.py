"""Errors of limits that are reached; the message says what to do without."""

from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate
from sessions_app.scene.errors import SceneError


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


class TooManySharesError(SceneError):
    code = "share_limit"
    limit = Limit.SHARES

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This scene has {most} links for others, as many as it may have. Revoke one that is"
            " not needed, then try again."
        )


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
