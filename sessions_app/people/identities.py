"""Maps token identities to users and principals."""

import contextlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from sessions_app.models import Identity
from sessions_app.people.principals import Principal


@dataclass(frozen=True, slots=True)
class Known:
    """An identity and its current principal; None if its user may not sign in."""

    identity_id: int
    principal: Principal | None


def identity_know(issuer: str, subject: str) -> Known:
    """Return the identity of an issuer's subject; create it and its user the first time.

    The new user is independent of existing names, has no password and is not staff.
    """
    known = identity_find(issuer, subject)
    if known is None:
        with contextlib.suppress(IntegrityError):  # a concurrent request was faster
            _make(issuer, subject)
        known = identity_find(issuer, subject)
    if known is None:
        raise RuntimeError("an identity that was just made cannot be found")
    return known


@transaction.atomic
def _make(issuer: str, subject: str) -> None:
    # A random name, so that it neither is nor resembles anybody's. No password: only a token signs
    # this user in.
    user = get_user_model().objects.create_user(f"identity-{secrets.token_hex(10)}")
    Identity.objects.create(issuer=issuer, subject=subject, user=user)


def identity_find(issuer: str, subject: str) -> Known | None:
    """Return the identity of an issuer's subject, or None if it is unknown."""
    found = _known(Identity.objects.filter(issuer=issuer, subject=subject))
    return found[0] if found else None


def identities_now(identity_ids: Collection[int]) -> dict[int, Principal]:
    """Return the principals of identities, without those deleted or barred from signing in."""
    found = _known(Identity.objects.filter(pk__in=identity_ids)) if identity_ids else []
    return {known.identity_id: known.principal for known in found if known.principal is not None}


def _known(identities: QuerySet[Identity]) -> list[Known]:
    rows = identities.order_by().values_list(
        "pk",
        "user_id",
        "user__is_active",
        "user__is_staff",
        "user__preferences__routing_strategy",
    )
    return [
        Known(pk, Principal(user_id, is_staff, strategy or "") if is_active else None)
        for pk, user_id, is_active, is_staff, strategy in rows
    ]
