"""Tokens that let a view inside a chat look at one scene, and nothing else.

They name the scene by its internal id and are signed, not stored. A digest of the edit key ends
them when the scene gets a new link.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing

from sessions_app import clock
from sessions_app.models import Role, SceneSession
from sessions_app.people.join_codes import nonce_digest
from sessions_app.people.principals import Principal, may_reach
from sessions_app.scene.errors import SceneError

VALID_FOR = timedelta(hours=1)
_DIGEST_LENGTH = 16


class ViewExpiredError(SceneError):
    """This token opens no scene; forged, expired and outdated ones read alike.

    `is_guess`: it was never one of ours.
    """

    code = "view_expired"

    def __init__(self, *, is_guess: bool = False) -> None:
        super().__init__(
            "This view of the scene has expired: call get_browser_connection_url to show it again."
        )
        self.is_guess = is_guess


@dataclass(frozen=True, slots=True)
class ViewPass:
    """What a valid token says: the scene, and the digest of its edit key back then."""

    scene_session_id: int
    key_digest: str

    def opens(self, scene_session: SceneSession, principal: Principal) -> bool:
        """Return whether the scene still has that key, and the caller may still reach it."""
        is_same = self.key_digest == _digest(scene_session.edit_key)
        return is_same and may_reach(principal, owner_id=scene_session.owner_id)


def view_token(scene_session_id: int, edit_key: UUID) -> str:
    """Return a new token, valid for an hour."""
    said = {
        "scene": scene_session_id,
        "role": Role.VIEWER.value,
        "key": _digest(edit_key),
        "until": (clock.now() + VALID_FOR).timestamp(),
    }
    return _signer().sign_object(said)


def read_view_token(token: str) -> ViewPass:
    """Check a token's signature and age.

    Raises:
        ViewExpiredError: it is forged or has expired.
    """
    try:
        said: dict[str, Any] = _signer().unsign_object(token)
    except signing.BadSignature:
        raise ViewExpiredError(is_guess=True) from None
    if said["until"] <= clock.now().timestamp():
        raise ViewExpiredError
    return ViewPass(said["scene"], said["key"])


def _signer() -> signing.Signer:
    return signing.Signer(salt="hello3d.view")


def _digest(edit_key: UUID) -> str:
    return nonce_digest(str(edit_key))[:_DIGEST_LENGTH]
