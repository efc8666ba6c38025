"""Opens scene sessions and finds the one that a call means."""

import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from sessions_app import clock
from sessions_app.errors import (
    ProtocolSessionEndedError,
    SceneSessionClosedError,
    SceneSessionRequiredError,
    SceneSessionUnknownError,
)
from sessions_app.models import Binding, SceneSession, SceneSnapshot
from sessions_app.routing_policy import Rule, Target
from sessions_app.scene.document import new_document

MAX_CLIENT_INFO_BYTES = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who opens a session or calls a tool, as far as the connection tells."""

    remote_address: str | None = None
    user_agent: str = ""
    client_name: str = ""
    client_version: str = ""
    protocol_version: str = ""


@dataclass(slots=True)
class Resolved:
    """A scene session that a call means, and how that was decided."""

    scene_session: SceneSession
    rule: Rule
    created: bool = False


@transaction.atomic
def scene_session_open(*, opened_by: SceneSession.Origin, caller: Caller) -> SceneSession:
    """Make a session by itself, in a transaction of its own."""
    return scene_session_create(opened_by=opened_by, caller=caller)


def scene_session_create(*, opened_by: SceneSession.Origin, caller: Caller) -> SceneSession:
    """Insert a session with the start scene as revision 0. Runs in the caller's transaction."""
    scene_session = SceneSession.objects.create(
        opened_by=opened_by,
        remote_address=caller.remote_address,
        user_agent=caller.user_agent[:200],
    )
    SceneSnapshot.objects.create(
        scene_session=scene_session, revision=0, document=json.dumps(new_document())
    )
    return scene_session


def scene_session_resolve(target: Target, *, caller: Caller) -> Resolved:
    """Lock and return the session that `target` means, creating it where the target may.

    Runs inside a transaction. Of two simultaneous first calls of one protocol session the second
    fails on the unique binding: the caller tries again and finds the first one's.

    Raises:
        SceneSessionRequiredError: nothing matched, and this call may not create.
        SceneSessionUnknownError: no such edit key.
        SceneSessionClosedError: the session was closed.
        ProtocolSessionEndedError: the client ended the protocol session.
        django.db.IntegrityError: another call of this protocol session was first.
    """
    bound_to = _find_binding(target.protocol_session)
    if target.edit_key is not None:
        return _lock(Q(edit_key=target.edit_key), target.rule)
    if bound_to is not None:
        return _lock(Q(pk=bound_to), Rule.BINDING)
    if not target.may_create:
        raise SceneSessionRequiredError
    return _create(target, caller)


def _find_binding(protocol_session: str | None) -> int | None:
    if protocol_session is None:
        return None
    bindings = Binding.objects.filter(protocol_session=protocol_session)
    row = bindings.values_list("scene_session_id", "ended_at").first()
    if row is None:
        return None
    if row[1] is not None:
        raise ProtocolSessionEndedError
    return row[0]


def _lock(condition: Q, rule: Rule) -> Resolved:
    query = SceneSession.objects.select_for_update().order_by()
    scene_session = query.filter(condition).first()
    if scene_session is None:
        raise SceneSessionUnknownError
    if scene_session.state == SceneSession.State.CLOSED:
        raise SceneSessionClosedError
    return Resolved(scene_session, rule)


def _create(target: Target, caller: Caller) -> Resolved:
    scene_session = scene_session_create(opened_by=SceneSession.Origin.CLIENT, caller=caller)
    if target.protocol_session is not None:
        Binding.objects.create(
            protocol_session=target.protocol_session,
            scene_session=scene_session,
            client_info=_capped(target.client_info),
        )
    return Resolved(scene_session, Rule.CREATED, created=True)


def _capped(client_info: dict[str, object]) -> dict[str, object]:
    """The client's words about itself, or nothing of them where they are too long to keep."""
    if len(json.dumps(client_info).encode()) <= MAX_CLIENT_INFO_BYTES:
        return client_info
    return {key: str(client_info.get(key, ""))[:100] for key in ("name", "version")}


def protocol_session_end(protocol_session: str) -> None:
    """Record that the client ended the protocol session; no worker serves it from now on."""
    now = clock.now()
    _, created = Binding.objects.get_or_create(
        protocol_session=protocol_session, defaults={"ended_at": now}
    )
    if not created:
        Binding.objects.filter(protocol_session=protocol_session).update(ended_at=now)
