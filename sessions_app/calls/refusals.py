"""Writes how often the limits refused something."""

from django.db import transaction
from django.db.models import F

from sessions_app.limits.refusals import Refused
from sessions_app.models import RefusalCount


@transaction.atomic
def refusals_store(refused: Refused) -> None:
    """Add to what all processes have counted; none takes what another adds at the same moment."""
    for (limit, hour), number in sorted(refused.items()):  # in one order: nobody waits in a circle
        row, _ = RefusalCount.objects.get_or_create(
            limit=limit, hour=hour, defaults={"refusals": 0}
        )
        RefusalCount.objects.filter(pk=row.pk).update(refusals=F("refusals") + number)
