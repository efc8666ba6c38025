"""Writes who people are: the users that identities become."""

import contextlib
import secrets

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from sessions_app.models import Identity
from sessions_app.selectors.people import Known, identity_find


def identity_know(issuer: str, subject: str) -> Known:
    """Who a subject at an issuer is here; one that comes for the first time gets its user.

    That user is its own, whatever others are called: without a password, and not staff.
    """
    known = identity_find(issuer, subject)
    if known is None:
        with contextlib.suppress(IntegrityError):  # another request of this moment was faster
            _make(issuer, subject)
        known = identity_find(issuer, subject)
    if known is None:
        raise RuntimeError("an identity that was just made cannot be found")
    return known


@transaction.atomic
def _make(issuer: str, subject: str) -> None:
    # Random, so that it neither is nor looks like anybody's name. No password: it can be used for
    # none, and only a token signs this user in.
    user = get_user_model().objects.create_user(f"identity-{secrets.token_hex(10)}")
    Identity.objects.create(issuer=issuer, subject=subject, user=user)
