"""Errors of shares, codes and roles: how others come to a scene, and what they may do there."""

import math

from sessions_app.errors.sessions import SceneSessionUnknownError
from sessions_app.scene.errors import SceneError


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


class NotAllowedError(SceneError):
    """The page's role does not allow it."""

    code = "not_allowed"

    def __init__(
        self,
        text: str = "This link lets you look at the scene, not change it. Ask whoever gave it to"
        " you for one that does.",
    ) -> None:
        super().__init__(text)


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
