"""Pairing codes that open a scene's page, on a second screen or for a client's person."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.browsers.code_failures import failure_record, require_few_failures
from sessions_app.errors import PairingCodeUnknownError
from sessions_app.limits.networks import Networks
from sessions_app.models import PairingCode, SceneSession
from sessions_app.people.principals import Principal, may_reach
from sessions_app.web.pairing_codes import (
    VALID_FOR,
    code_digest,
    code_digests,
    new_code,
    read_code,
)

MOST_OF_A_SCENE = 5
# All that can be guessed: a try is right by chance once in 31⁶ / MOST_IN_ALL.
MOST_IN_ALL = 2000
_DRAWS = 3


@transaction.atomic
def scene_code_create(scene_session_id: int, *, edit_key: UUID) -> str | None:
    """Create a code that opens this scene's page once, within ten minutes.

    A scene has five valid codes: a further one ends the oldest.

    Args:
        scene_session_id: the internal id.
        edit_key: the one that the requester has. The code gives what it gives, so it must still be
            the scene's.

    Returns:
        The code; None if there are 2,000 valid ones, the scene is closed or its key was replaced.
    """
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    own_scene = living.filter(pk=scene_session_id, edit_key=edit_key)
    if not own_scene.exists() or is_full():
        return None
    own = _valid().filter(scene_session=scene_session_id, ticket_digest="").order_by("-pk")
    surplus = list(own.values_list("pk", flat=True)[MOST_OF_A_SCENE - 1 :])
    PairingCode.objects.filter(pk__in=surplus).delete()
    return unused_code_store(PairingCode(scene_session_id=scene_session_id))


def is_full() -> bool:
    """Return whether as many codes are valid as may be."""
    return _valid().order_by()[MOST_IN_ALL - 1 : MOST_IN_ALL].exists()


def unused_code_store(row: PairingCode) -> str | None:
    """Draw a code for this row and store it; None if each of three draws was taken."""
    for _ in range(_DRAWS):
        code = new_code()
        if PairingCode.objects.filter(code_digest__in=code_digests(code)).exists():
            continue
        row.code_digest, row.created_at = code_digest(code), clock.now()
        row.expires_at = row.created_at + VALID_FOR
        row.save()
        return code
    return None


def scene_code_find(text: str, principal: Principal, networks: Networks) -> UUID:
    """Return the edit key of the scene that a code opens; the code stays valid.

    Args:
        text: as the person typed it.
        principal: the person, who must reach the scene anyway where sign-in is on.
        networks: the ones that a wrong code counts for.

    Raises:
        PairingCodeUnknownError: there is no such code, it was used, it has expired, or its scene is
            closed or not this person's.
        TooManyCodesTriedError: too many wrong ones were tried.
    """
    found = _edit_key(text, principal, networks)
    if found is None:
        raise PairingCodeUnknownError
    return found


@transaction.atomic
def _edit_key(text: str, principal: Principal, networks: Networks) -> UUID | None:
    require_few_failures(networks)
    code = read_code(text)
    found = _of(code).select_related("scene_session").first() if code else None
    scene_session = found.scene_session if found else None
    if scene_session is not None and scene_session.state != SceneSession.State.CLOSED:
        reach = {"owner_id": scene_session.owner_id, "scene_session_id": scene_session.pk}
        if may_reach(principal, **reach):
            return scene_session.edit_key
    failure_record(networks)
    return None


def scene_code_spend(text: str, scene_session_id: int) -> None:
    """Use up a code, in the transaction of what it is used for. Of concurrent uses, one succeeds.

    Raises:
        PairingCodeUnknownError: another use was faster, or it has expired meanwhile.
    """
    code = read_code(text)
    unused = _of(code).filter(scene_session=scene_session_id) if code else _valid().none()
    if not unused.update(used_at=clock.now()):
        raise PairingCodeUnknownError


def _of(code: str) -> "QuerySet[PairingCode]":
    return _valid().filter(code_digest__in=code_digests(code), ticket_digest="")


def _valid() -> "QuerySet[PairingCode]":
    return PairingCode.objects.filter(used_at=None, expires_at__gt=clock.now())
