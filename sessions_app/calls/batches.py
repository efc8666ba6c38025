"""Writes batches of call outcomes and browser acknowledgements."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import transaction

from sessions_app.calls.records import Outcome
from sessions_app.models import Pairing, SceneSession, ToolCall
from sessions_app.storage.statements import Update


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a session's browsers still confirm revisions."""

    scene_session_id: int
    unconfirmed_revision: int | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The latest revision that a browser has shown, as reported on one connection."""

    pairing_id: int
    channel_name: str
    revision: int
    visible: bool


@dataclass(slots=True)
class Batch:
    """The rows that a worker writes at once; per browser, only the latest acknowledgement."""

    outcomes: list[Outcome] = field(default_factory=list)
    acknowledgements: dict[int, Acknowledgement] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.outcomes) + len(self.acknowledgements)


_by_session = attrgetter("scene_session_id")

_by_pairing = attrgetter("pairing_id")

# A call marked lost stays lost: it may be counted already.
_finish_calls = Update(
    ToolCall,
    *("status", "duration_ms", "error_code", "error_message"),
    only=f"status = '{ToolCall.Status.RUNNING}'",
)

_confirm_sessions = Update(SceneSession, "unconfirmed_revision")

_acknowledge = Update(Pairing, "acknowledged_revision", "visible", keys=("id", "channel_name"))


@transaction.atomic
def batch_store(batch: Batch) -> None:
    """Store call outcomes and browser acknowledgements.

    Lock in id order to avoid deadlocks.
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
    """Store whether sessions' browsers confirm; separate, because it locks the sessions."""
    _confirm_sessions.run(
        *(
            {
                "id": confirmation.scene_session_id,
                "unconfirmed_revision": confirmation.unconfirmed_revision,
            }
            for confirmation in sorted(confirmations, key=_by_session)
        )
    )
