"""Principals, and the sessions that they may reach."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, the user of a bearer token's identity, or, without an id, anyone.

    `strategy` is the user's preference for calls that could mean several of their sessions; empty
    means the server's default. `joined` are the internal ids of sessions that a join code has
    opened in this browser, whether or not anybody is signed in there.
    """

    user_id: int | None = None
    is_staff: bool = False
    strategy: str = ""
    joined: tuple[int, ...] = ()

    @property
    def logged_as(self) -> int | str:
        """The value of `principal` in log lines."""
        return self.user_id or "anyone"


ANYONE = Principal()


def signed_in(user: AbstractBaseUser | AnonymousUser) -> Principal:
    """Return the principal of a Django request's user; `ANYONE` if nobody is signed in."""
    if not user.is_authenticated:
        return ANYONE
    return Principal(user_id=user.pk, is_staff=getattr(user, "is_staff", False))


def effective_principal(
    principal: Principal, *, owner_id: int | None, scene_session_id: int | None
) -> Principal:
    """Return the principal to use at a session: its owner, for a visitor with only a join code."""
    if principal.user_id is None and scene_session_id in principal.joined:
        return Principal(owner_id)
    return principal


def may_reach(
    principal: Principal, *, owner_id: int | None, scene_session_id: int | None = None
) -> bool:
    """Return whether the principal may see and change a session of this owner, given its edit key.

    While sign-in is off, the edit key is enough. Otherwise owners reach their own sessions and
    staff all; sessions without an owner are for staff only. Sessions opened by a join code can be
    reached only where `scene_session_id` names them, which is on their page.
    """
    if not settings.MCP_ENABLE_MULTI_USER or principal.is_staff:
        return True
    if scene_session_id is not None and scene_session_id in principal.joined:
        return True
    return principal.user_id is not None and principal.user_id == owner_id
