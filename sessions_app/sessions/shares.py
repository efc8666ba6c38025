"""Makes, changes and revokes the links that share a scene with others."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.errors import ShareNotFoundError, TooManySharesError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import Role, SceneSession, SceneSessionEvent, Share
from sessions_app.people.join_codes import nonce_digest
from sessions_app.scene.errors import InvalidValueError
from sessions_app.sessions.closing import closed_error, lock_living
from sessions_app.sessions.timeline import event_record
from sessions_app.storage.texts import storable
from sessions_app.wire.outbox import announce_to_scene

MAX_SHARES = 20  # of one scene, expired ones included
MAX_NAME = 60
# Revoked ones are kept for the admin, the latest of each scene.
KEPT_REVOKED = 20

_Kind = SceneSessionEvent.Kind


def shares_of(scene_session_id: int) -> QuerySet[Share]:
    """Select a scene's shares that are not revoked, expired ones included, the newest first."""
    living = Share.objects.filter(scene_session=scene_session_id, revoked_at=None)
    return living.order_by("-id")


def expiry_in(seconds: int | None) -> datetime | None:
    """Return the time so many seconds from now; None is never."""
    return None if seconds is None else clock.now() + timedelta(seconds=seconds)


@transaction.atomic
def share_make(
    scene_session_id: int,
    *,
    role: Role,
    name: str = "",
    expires_at: datetime | None = None,
    user_id: int | None = None,
) -> tuple[Share, str]:
    """Make a link that opens a scene's page in a role.

    Args:
        scene_session_id: the internal id.
        role: editor or viewer.
        name: what its owner calls it; of this the first 60 visible characters are kept.
        expires_at: when it ends by itself; must be in the future.
        user_id: the maker, if known.

    Returns:
        The share and its token, which is nowhere stored.

    Raises:
        SceneSessionClosedError: the scene is closed.
        TooManySharesError: the scene has as many as it may have.
        InvalidValueError: the expiry is in the past.
    """
    _lock(scene_session_id)
    _require_future(expires_at)
    if shares_of(scene_session_id).count() >= MAX_SHARES:
        refusals.note(Limit.SHARES)
        raise TooManySharesError(MAX_SHARES)
    token = secrets.token_urlsafe(32)
    share = Share.objects.create(
        scene_session_id=scene_session_id,
        token_digest=nonce_digest(token),
        role=role,
        name=_shown(name),
        expires_at=expires_at,
        made_by_id=user_id,
    )
    _record(share, _Kind.SHARED, f"A link for a {role.value}, number {share.pk}.", user_id)
    return share, token


@transaction.atomic
def share_change(
    scene_session_id: int,
    share_id: int,
    changed: Mapping[str, Any],
    *,
    user_id: int | None = None,
) -> Share:
    """Change a share: its `name`, its `role`, or `expires_at` (None for never).

    Pages that came by it are judged anew at once.

    Raises:
        SceneSessionClosedError: the scene is closed.
        ShareNotFoundError: it has no such share.
        InvalidValueError: the expiry is in the past.
    """
    share = _locked_share(scene_session_id, share_id)
    _require_future(changed.get("expires_at"))
    for member, value in changed.items():
        setattr(share, member, _shown(value) if member == "name" else value)
    share.save(update_fields=list(changed))
    what = " and ".join(sorted(member.replace("_", " ") for member in changed)) or "nothing"
    _record(share, _Kind.SHARE_CHANGED, f"Link {share.pk}: {what}.", user_id)
    _announce(share)
    return share


@transaction.atomic
def share_revoke(scene_session_id: int, share_id: int, *, user_id: int | None = None) -> None:
    """Revoke a share for good; its pages are disconnected at once.

    Raises:
        SceneSessionClosedError: the scene is closed.
        ShareNotFoundError: it has no such share, or it was revoked before.
    """
    share = _locked_share(scene_session_id, share_id)
    share.revoked_at = clock.now()
    share.save(update_fields=["revoked_at"])
    revoked = Share.objects.filter(scene_session=scene_session_id).exclude(revoked_at=None)
    surplus = list(revoked.order_by("-revoked_at").values_list("pk", flat=True)[KEPT_REVOKED:])
    Share.objects.filter(pk__in=surplus).delete()
    _record(share, _Kind.SHARE_REVOKED, f"Link {share.pk}, for a {share.role}.", user_id)
    _announce(share)


@transaction.atomic
def shares_revoke(scene_session_id: int, *, user_id: int | None = None) -> int:
    """Revoke all shares of a scene that is not closed; return how many there were."""
    if lock_living(scene_session_id) is None:
        return 0
    ids = list(shares_of(scene_session_id).values_list("pk", flat=True))
    for share_id in ids:
        share_revoke(scene_session_id, share_id, user_id=user_id)
    return len(ids)


def _lock(scene_session_id: int) -> SceneSession:
    scene_session = lock_living(scene_session_id)
    if scene_session is None:
        raise closed_error(scene_session_id)
    return scene_session


def _locked_share(scene_session_id: int, share_id: int) -> Share:
    """Lock the scene, so that no page joins or edits meanwhile, and find its share."""
    _lock(scene_session_id)
    share = shares_of(scene_session_id).filter(pk=share_id).first()
    if share is None:
        raise ShareNotFoundError
    return share


def _require_future(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= clock.now():
        raise InvalidValueError("A link must end in the future, or never.")


def _shown(name: str) -> str:
    return storable(name, 10 * MAX_NAME)[:MAX_NAME].strip()


def _record(share: Share, kind: SceneSessionEvent.Kind, reason: str, user_id: int | None) -> None:
    event_record(share.scene_session_id, kind, reason=reason, user_id=user_id)


def _announce(share: Share) -> None:
    announce_to_scene(share.scene_session_id, {"type": "share.changed", "share": share.pk})
