"""Links that open a scene's page once, handed to a client that can open them for its person."""

import secrets
from datetime import timedelta

from django.db import transaction

from sessions_app import clock
from sessions_app.models import Invitation, SceneSession
from sessions_app.principals import Principal
from sessions_app.selectors.scenes import invitation_find, nonce_digest

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


def invitation_use(nonce: str, principal: Principal) -> SceneSession | None:
    """Use an invitation up; None where it cannot be used. Of two at once, one succeeds."""
    found = invitation_find(nonce, principal)
    if found is None:
        return None
    unused = Invitation.objects.filter(pk=found.pk, used_at=None)
    return found.scene_session if unused.update(used_at=clock.now()) else None
