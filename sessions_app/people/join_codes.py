"""Codes in links that sign their user in to a scene's page, once."""

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
    """Make a code for the owner of a session; None for anyone else, staff too.

    Only its digest is stored. What this user's earlier codes left behind goes.
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
    """Use a code up: the session that it opens, and as whom. Of two at once, one succeeds.

    None where it was used before or is too old, its session was closed, or its user is no longer
    the owner or may not sign in.
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
    """What is stored of the nonce that an invitation's link holds."""
    return hashlib.sha256(nonce.encode()).hexdigest()
