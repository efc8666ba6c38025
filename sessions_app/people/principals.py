"""Who asks, and whose sessions they may reach."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, the user of a bearer token's identity, or, without an id, anyone.

    `strategy` is what the user prefers where a call could mean several of their sessions; empty
    means the server's own. `joined` are the internal ids of sessions that a join code has opened in
    this browser, whoever is signed in there.
    """

    user_id: int | None = None
    is_staff: bool = False
    strategy: str = ""
    joined: tuple[int, ...] = ()

    @property
    def logged_as(self) -> int | str:
        """What the log's `principal` says."""
        return self.user_id or "anyone"


ANYONE = Principal()


def signed_in(user: AbstractBaseUser | AnonymousUser) -> Principal:
    """The principal of a request's user as Django knows it: anyone, where nobody is signed in."""
    if not user.is_authenticated:
        return ANYONE
    return Principal(user_id=user.pk, is_staff=getattr(user, "is_staff", False))


def effective_principal(
    principal: Principal, *, owner_id: int | None, scene_session_id: int | None
) -> Principal:
    """As whom somebody looks at a session: by a join code alone, as its owner, who gave it away."""
    if principal.user_id is None and scene_session_id in principal.joined:
        return Principal(owner_id)
    return principal


def may_reach(
    principal: Principal, *, owner_id: int | None, scene_session_id: int | None = None
) -> bool:
    """Whether the principal may know of and steer a session of this owner, given its edit key.

    While sign-in is off, the edit key is enough. Else owners reach their own, staff all; a session
    without an owner, from before, is staff's. What a join code has opened can be reached where the
    session is named by `scene_session_id`: on its page, and nowhere else.
    """
    if not settings.MCP_ENABLE_MULTI_USER or principal.is_staff:
        return True
    if scene_session_id is not None and scene_session_id in principal.joined:
        return True
    return principal.user_id is not None and principal.user_id == owner_id
