"""Who people are: the users that identities become, and what they may."""

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
    """An identity, and the principal that it is at this moment; None where it may not sign in."""

    identity_id: int
    principal: Principal | None


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


def identity_find(issuer: str, subject: str) -> Known | None:
    """Who a subject at an issuer is here, or None where it has not come before."""
    found = _known(Identity.objects.filter(issuer=issuer, subject=subject))
    return found[0] if found else None


def identities_now(identity_ids: Collection[int]) -> dict[int, Principal]:
    """Who each of these identities is; one that is gone, or may not sign in, is left out."""
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
