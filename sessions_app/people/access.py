"""Decides what a page is at a scene: its role, from its link or its share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sessions_app import clock
from sessions_app.models import Role, SceneSession, Share
from sessions_app.models.roles import RIGHTS, Right
from sessions_app.people.join_codes import nonce_digest
from sessions_app.people.principals import Principal, may_reach


@dataclass(frozen=True, slots=True)
class Access:
    """What a page came with: the edit key of a link, or the token of a share.

    Without either, or with one that is malformed, it opens nothing.
    """

    edit_key: UUID | None = None
    share: str | None = None

    @property
    def line(self) -> str:
        """The queue of this page's work until its scene is known; names no secret of a share."""
        if self.share is not None:
            return f"share {nonce_digest(self.share)}"
        return self.edit_key.hex if self.edit_key else ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A page's role at a scene; `share_id` and `ends_at` are those of the share that gives it."""

    role: Role
    share_id: int | None = None
    ends_at: datetime | None = None

    def allows(self, right: Right) -> bool:
        return right in RIGHTS[self.role]


def shares_in_force() -> QuerySet[Share]:
    """Select the shares that are neither revoked nor expired."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    return Share.objects.filter(unexpired, revoked_at=None).order_by()


def scene_filter(access: Access) -> dict[str, Any]:
    """Return the filter that selects the scene which an access may open.

    A revoked, expired or unknown share selects none, all by the same query.
    """
    if access.share is None:
        return {"edit_key": access.edit_key}
    opened = _share_of(access.share)
    return {"pk": opened.values_list("scene_session", flat=True).first() or 0}


def role_of(access: Access, scene_session: SceneSession, principal: Principal) -> Grant | None:
    """Return what a page is at this scene; None if it opens nothing there.

    The scene's own link makes its page the owner's: those who may use that link may also close the
    scene, replace the link and steer it from a client. A share gives its role to anybody, signed in
    or not.

    Args:
        access: what the page came with.
        scene_session: the scene, locked if the answer has to hold for a change.
        principal: who is signed in there.
    """
    if access.share is not None:
        share = _share_of(access.share).filter(scene_session=scene_session.pk).first()
        return Grant(Role(share.role), share.pk, share.expires_at) if share else None
    if access.edit_key is None or access.edit_key != scene_session.edit_key:
        return None
    owner_id, pk = scene_session.owner_id, scene_session.pk
    reaches = may_reach(principal, owner_id=owner_id, scene_session_id=pk)
    return Grant(Role.OWNER) if reaches else None


def grant_now(access: Access, scene_session_id: int, principal: Principal) -> Grant | None:
    """Return what a registered page is at its scene by now; None if it opens nothing any more."""
    scene_session = SceneSession.objects.filter(pk=scene_session_id).first()
    return role_of(access, scene_session, principal) if scene_session else None


def _share_of(token: str) -> QuerySet[Share]:
    return shares_in_force().filter(token_digest=nonce_digest(token))
