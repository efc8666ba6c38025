"""One-time links to a scene's page, for clients that can open them for their user."""

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
from sessions_app.scene.document import Start
from sessions_app.sessions.opening import scene_session_create
from sessions_app.storage import statements
from sessions_app.web.callers import Caller

VALID_FOR = timedelta(minutes=10)


@transaction.atomic
def invitation_create(scene_session_id: int) -> str | None:
    """Create the only invitation to a scene session; return None if it had one before.

    Returns:
        The nonce for its link; only the digest is stored.
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
    visitor: str, *, caller: Caller, principal: Principal = ANYONE, start: Start = "studio"
) -> SceneSession:
    """Create a scene for a person in a browser, or find the one they have just created.

    For ten minutes, while no browser has opened it, a further press for the same start returns the
    same scene: a double click, or a retry because nothing seemed to happen. A used-up invitation
    records it, and is deleted when the edit key is replaced.

    Args:
        visitor: a secret of this browser.
        caller: the connection.
        principal: the requester.
        start: what the scene begins with.

    Raises:
        TooManySessionsError: the limit of sessions is reached.
        CreationQuotaError: the caller's address has created too many recently.
    """
    presser = f"{visitor} of {principal.user_id} at {caller.remote_address}"
    digest = nonce_digest(f"{presser} for {start}")
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
    made = scene_session_create(opened_by=origin, caller=caller, principal=principal, start=start)
    remembered = {"scene_session": made, "created_at": now, "used_at": now}
    pressed.update_or_create(
        nonce_digest=digest, defaults=remembered | {"expires_at": now + VALID_FOR}
    )
    return made


def invitation_use(nonce: str, principal: Principal) -> SceneSession | None:
    """Use up an invitation; return None if it is invalid. Of concurrent uses, one succeeds."""
    found = invitation_find(nonce, principal)
    if found is None:
        return None
    unused = Invitation.objects.filter(pk=found.pk, used_at=None)
    return found.scene_session if unused.update(used_at=clock.now()) else None


def invitation_find(nonce: str, principal: Principal) -> Invitation | None:
    """Find an unused invitation that this principal may use: the session's owner, if it has one.

    If sign-in is on, staff may use all invitations, as with any link.
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
