"""Reads of people who sign in: who they are now, and what they may."""

from dataclasses import dataclass

from sessions_app.models import Identity
from sessions_app.principals import Principal


@dataclass(frozen=True, slots=True)
class Known:
    """An identity, and the principal that it is at this moment; None where it may not sign in."""

    identity_id: int
    principal: Principal | None


def identity_find(issuer: str, subject: str) -> Known | None:
    """Who a subject at an issuer is here, or None where it has not come before."""
    found = Identity.objects.filter(issuer=issuer, subject=subject).values_list(
        "pk",
        "user_id",
        "user__is_active",
        "user__is_staff",
        "user__preferences__routing_strategy",
    )
    row = found.first()
    if row is None:
        return None
    identity_id, user_id, is_active, is_staff, strategy = row
    principal = Principal(user_id, is_staff=is_staff, strategy=strategy or "")
    return Known(identity_id, principal if is_active else None)
