"""Writes many outcomes and acknowledgements at once, for a worker that has gathered them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import transaction

from sessions_app.calls.records import Outcome
from sessions_app.models import Pairing, SceneSession, ToolCall
from sessions_app.storage.statements import Update


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether the browsers of a session still confirm what they are sent."""

    scene_session_id: int
    unconfirmed_revision: int | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The newest revision that a browser has shown, by the connection that said so."""

    pairing_id: int
    channel_name: str
    revision: int
    visible: bool


@dataclass(slots=True)
class Batch:
    """What a worker writes in one go; of each browser only the newest word counts."""

    outcomes: list[Outcome] = field(default_factory=list)
    acknowledgements: dict[int, Acknowledgement] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.outcomes) + len(self.acknowledgements)


_by_session = attrgetter("scene_session_id")

_by_pairing = attrgetter("pairing_id")

# A call that was given up as lost stays so: it may be counted already.
_finish_calls = Update(
    ToolCall,
    *("status", "duration_ms", "error_code", "error_message"),
    only=f"status = '{ToolCall.Status.RUNNING}'",
)

_confirm_sessions = Update(SceneSession, "unconfirmed_revision")

_acknowledge = Update(Pairing, "acknowledged_revision", "visible", keys=("id", "channel_name"))


@transaction.atomic
def batch_store(batch: Batch) -> None:
    """Write how calls ended and what browsers have shown.

    Rows are locked by id, as all who lock several do: so nobody waits in a circle.
    """
    _finish_calls.run(*({"id": outcome.call_id} | outcome.columns() for outcome in batch.outcomes))
    _acknowledge.run(
        *(
            {
                "id": acknowledgement.pairing_id,
                "channel_name": acknowledgement.channel_name,
                "acknowledged_revision": acknowledgement.revision,
                "visible": acknowledgement.visible,
            }
            for acknowledgement in sorted(batch.acknowledgements.values(), key=_by_pairing)
        )
    )


@transaction.atomic
def confirmations_store(confirmations: Iterable[Confirmation]) -> None:
    """Write whether the browsers of sessions confirm; apart, because it waits for the sessions."""
    _confirm_sessions.run(
        *(
            {
                "id": confirmation.scene_session_id,
                "unconfirmed_revision": confirmation.unconfirmed_revision,
            }
            for confirmation in sorted(confirmations, key=_by_session)
        )
    )
