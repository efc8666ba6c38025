"""Stores the counts of refusals."""

from django.db import transaction
from django.db.models import F

from sessions_app.limits.refusals import Refused
from sessions_app.models import RefusalCount


@transaction.atomic
def refusals_store(refused: Refused) -> None:
    """Add these counts to the stored ones; safe with concurrent processes."""
    for (limit, hour), number in sorted(refused.items()):  # one order for all: no deadlocks
        row, _ = RefusalCount.objects.get_or_create(
            limit=limit, hour=hour, defaults={"refusals": 0}
        )
        RefusalCount.objects.filter(pk=row.pk).update(refusals=F("refusals") + number)
