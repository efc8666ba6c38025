"""Links that open a scene's page once, handed to a client that can open them for its person."""

import secrets
from datetime import timedelta

from django.db import transaction

from sessions_app import clock
from sessions_app.models import (
    Invitation,
    SceneSession,
)
from sessions_app.people.join_codes import nonce_digest
from sessions_app.people.principals import ANYONE, Principal, may_reach
from sessions_app.sessions.opening import scene_session_create
from sessions_app.storage import statements
from sessions_app.web.callers import Caller

VALID_FOR = timedelta(minutes=10)


@transaction.atomic
def invitation_create(scene_session_id: int) -> str | None:
    """Make the one invitation to a scene session; None where there was one before.

    Returns:
        The nonce that its link holds. Only its digest is stored.
    """
    uninvited = SceneSession.objects.filter(pk=scene_session_id, invited_at=None)
    now = clock.now()
    if not uninvited.update(invited_at=now):
        return None
    nonce = secrets.token_urlsafe(32)
    Invitation.objects.create(
        scene_session_id=scene_session_id,
        nonce_digest=nonce_digest(nonce),
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    return nonce


@transaction.atomic
def scene_session_start(
    visitor: str, *, caller: Caller, principal: Principal = ANYONE
) -> SceneSession:
    """Make a scene for a person in their browser, or find the one that they have just made.

    While no browser has opened that one, for ten minutes, a further press means it: two presses
    that cross, or one more because nothing seemed to happen. An invitation that is used up already
    remembers it, and goes with a new edit key.

    Args:
        visitor: a secret that only this browser sends.
        caller: by which connection.
        principal: who asks.

    Raises:
        TooManySessionsError: there are as many as there may be.
        CreationQuotaError: the caller's address has made too many lately.
    """
    digest = nonce_digest(f"{visitor} of {principal.user_id} at {caller.remote_address}")
    statements.take_turns(digest)
    now, pressed = clock.now(), Invitation.objects.filter(nonce_digest=digest)
    unopened = pressed.select_related("scene_session").filter(
        expires_at__gt=now,
        scene_session__owner=principal.user_id,
        scene_session__pairings=None,
    )
    before = unopened.exclude(scene_session__state=SceneSession.State.CLOSED).first()
    if before is not None:
        return before.scene_session
    origin = SceneSession.Origin.BROWSER
    made = scene_session_create(opened_by=origin, caller=caller, principal=principal)
    remembered = {"scene_session": made, "created_at": now, "used_at": now}
    pressed.update_or_create(
        nonce_digest=digest, defaults=remembered | {"expires_at": now + VALID_FOR}
    )
    return made


def invitation_use(nonce: str, principal: Principal) -> SceneSession | None:
    """Use an invitation up; None where it cannot be used. Of two at once, one succeeds."""
    found = invitation_find(nonce, principal)
    if found is None:
        return None
    unused = Invitation.objects.filter(pk=found.pk, used_at=None)
    return found.scene_session if unused.update(used_at=clock.now()) else None


def invitation_find(nonce: str, principal: Principal) -> Invitation | None:
    """The invitation that can still be used, and by this person: a session's owner, if it has one.

    Where people sign in, it is as with any link: staff open all, also those without an owner.
    """
    open_now = Invitation.objects.filter(
        nonce_digest=nonce_digest(nonce),
        used_at=None,
        expires_at__gt=clock.now(),
    ).exclude(scene_session__state=SceneSession.State.CLOSED)
    found = open_now.select_related("scene_session").first()
    if found is None:
        return None
    owner_id = found.scene_session.owner_id
    is_for_all = owner_id is None or owner_id == principal.user_id or principal.is_staff
    return found if is_for_all and may_reach(principal, owner_id=owner_id) else None
