"""One-time codes in links that sign a user in to a scene's page."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction

from sessions_app import clock
from sessions_app.models import (
    JoinCode,
    SceneSession,
)

VALID_FOR = timedelta(minutes=10)


@transaction.atomic
def join_code_create(scene_session_id: int, *, user_id: int) -> str | None:
    """Create a code for a session's owner; return None for anyone else, including staff.

    Only the digest is stored. Deletes this user's expired codes.
    """
    own = SceneSession.objects.filter(pk=scene_session_id, owner=user_id)
    if not own.exclude(state=SceneSession.State.CLOSED).exists():
        return None
    now = clock.now()
    JoinCode.objects.filter(user=user_id, expires_at__lte=now).delete()
    code = secrets.token_urlsafe(32)
    JoinCode.objects.create(
        scene_session_id=scene_session_id,
        user_id=user_id,
        code_digest=nonce_digest(code),
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    return code


def join_code_use(code: str) -> tuple[int, User] | None:
    """Use up a code; return its session and user. Of concurrent uses, one succeeds.

    None if the code was used or has expired, its session is closed, or its user is no longer the
    owner or may not sign in.
    """
    found = JoinCode.objects.filter(
        code_digest=nonce_digest(code), used_at=None, expires_at__gt=clock.now()
    ).first()
    if found is None or not JoinCode.objects.filter(pk=found.pk, used_at=None).update(
        used_at=clock.now()
    ):
        return None
    own = SceneSession.objects.filter(pk=found.scene_session_id, owner=found.user_id)
    is_open = own.exclude(state=SceneSession.State.CLOSED).exists()
    user = get_user_model().objects.filter(pk=found.user_id, is_active=True).first()
    return (found.scene_session_id, user) if user is not None and is_open else None


def nonce_digest(nonce: str) -> str:
    """Return the digest of a nonce, which is stored in its place."""
    return hashlib.sha256(nonce.encode()).hexdigest()
