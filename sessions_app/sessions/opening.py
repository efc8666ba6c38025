"""Creates scene sessions and resolves the one that a call means."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from sessions_app import clock
from sessions_app.errors import (
    ProtocolSessionEndedError,
    SceneElsewhereError,
    SceneSessionConflictError,
    SceneSessionRequiredError,
    SceneSessionUnknownError,
)
from sessions_app.models import Binding, SceneSession, SceneSessionEvent
from sessions_app.people.principals import ANYONE, Principal, may_reach
from sessions_app.revisions.snapshots import snapshot_store
from sessions_app.routing import Rule, Target
from sessions_app.scene.document import Start, new_document
from sessions_app.sessions.closing import closed_error
from sessions_app.sessions.life_cycle import scene_session_wake
from sessions_app.sessions.own import own_session_lock
from sessions_app.sessions.quotas import require_quota, require_room
from sessions_app.sessions.scattered_clients import require_one_connection
from sessions_app.sessions.timeline import event_record
from sessions_app.storage import statements
from sessions_app.storage.texts import storable
from sessions_app.web import origins
from sessions_app.web.callers import Caller

# How long a client may resume a protocol session, on any worker.
PROTOCOL_SESSION_VALID_FOR = timedelta(days=30)


_insert_session = statements.InsertNew(SceneSession)


@dataclass(slots=True)
class Resolved:
    """The scene session that a call means, and the rule that decided.

    `is_bound` says that the call's protocol session is bound to it.
    """

    scene_session: SceneSession
    rule: Rule
    connected: int = 0
    created: bool = False
    is_bound: bool = False


@transaction.atomic
def scene_session_open(
    *,
    opened_by: SceneSession.Origin,
    caller: Caller,
    principal: Principal = ANYONE,
    start: Start = "studio",
) -> SceneSession:
    """Create a session in a transaction of its own; see `scene_session_create`."""
    return scene_session_create(
        opened_by=opened_by, caller=caller, principal=principal, start=start
    )


def scene_session_create(
    *,
    opened_by: SceneSession.Origin,
    caller: Caller,
    principal: Principal = ANYONE,
    start: Start = "studio",
) -> SceneSession:
    """Insert a session with the start scene as revision 0, in the caller's transaction.

    Args:
        opened_by: whether a client or a browser asked for it.
        caller: the connection.
        principal: the requester, who owns the session if signed in.
        start: what the scene begins with.

    Raises:
        TooManySessionsError: the limit of sessions is reached.
        CreationQuotaError: the caller's address has created too many recently.
    """
    require_room(principal)
    networks = origins.networks_of(caller.remote_address)
    require_quota(networks)
    scene_session = SceneSession(
        owner_id=principal.user_id,
        opened_by=opened_by,
        remote_address=caller.remote_address,
        counted_as=networks[0].name if networks else "",
        network=networks[-1].name if networks else "",
        user_agent=storable(caller.user_agent, 200),
        client_info=_client_info(caller),
    )
    _insert_session.run(scene_session)
    snapshot_store(scene_session, new_document(start))
    reason = f"By a {'browser' if opened_by is SceneSession.Origin.BROWSER else 'client'}."
    made = SceneSessionEvent.Kind.MADE
    event_record(scene_session.pk, made, reason=reason, user_id=principal.user_id)
    return scene_session


def scene_session_resolve(target: Target, *, caller: Caller) -> Resolved:
    """Lock and return the session that `target` means; create it if the target may.

    Runs inside a transaction. Of two concurrent first calls of one protocol session, the second
    fails on the unique binding; its caller retries and finds the first one's session.

    Raises:
        SceneSessionAmbiguousError: several own sessions match, and the person has to choose.
        SceneSessionRequiredError: nothing matches, and this call may not create a session.
        SceneSessionUnknownError: the edit key is unknown, or out of the principal's reach.
        SceneSessionConflictError: the URL and a guess name different sessions.
        SceneElsewhereError: an ignored argument names another session.
        SceneSessionClosedError: the session is closed.
        TooManySessionsError, CreationQuotaError: no session may be created now.
        ProtocolSessionEndedError: the client ended the protocol session.
        django.db.IntegrityError: another call of this protocol session was first.
    """
    reachable = reachable_keys(target)
    target = _with_guess(target, reachable)
    strays = [stray for stray in target.strays if stray.edit_key in reachable]
    found: Resolved | None = None
    if target.edit_key is not None:
        found = _named(target, target.edit_key, caller)
    elif not target.opens:
        found = _implied(target)
    for stray in strays:
        meant = found.scene_session.edit_key if found else None
        if stray.edit_key != meant and (found or target.may_create):
            raise SceneElsewhereError(stray.argument)
    if found is not None:
        return found
    require_living(target.protocol_session)
    if not target.may_create:
        raise SceneSessionRequiredError
    if target.may_scatter and target.principal.user_id is None:
        name = storable(caller.client_name, 100)
        require_one_connection(client_name=name, remote_address=caller.remote_address)
    return _create(target, caller)


def reachable_keys(target: Target) -> set[UUID]:
    """Return the edit keys among guesses and strays that name a session within reach."""
    keys = [key for _, key in (*target.guesses, *target.strays)]
    if not keys:
        return set()
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED).order_by()
    found = living.filter(edit_key__in=keys).values_list("edit_key", "owner_id")
    return {key for key, owner_id in found if may_reach(target.principal, owner_id=owner_id)}


def _with_guess(target: Target, reachable: set[UUID]) -> Target:
    """Return the target with the first reachable guess as its edit key.

    Raises:
        SceneSessionConflictError: the URL names another session.
    """
    for argument, edit_key in target.guesses:
        if edit_key not in reachable:
            continue
        if target.edit_key not in (None, edit_key):
            raise SceneSessionConflictError(argument, edit_key)
        return replace(target, rule=Rule.ARGUMENT, edit_key=edit_key, argument=argument)
    return target


def _named(target: Target, edit_key: UUID, caller: Caller) -> Resolved:
    """Lock the session of the call's edit key."""
    locked = statements.lock_by_edit_key(edit_key)
    if locked is None:
        raise _unknown(target)
    bound = require_living(target.protocol_session)
    resolved = _open(*locked, target.rule, target)
    resolved.is_bound = bound == resolved.scene_session.pk
    if target.opens:
        _bind(target, resolved.scene_session, caller)
        resolved.is_bound = target.protocol_session is not None
    return resolved


def _unknown(target: Target) -> SceneSessionUnknownError:
    return SceneSessionUnknownError(path_key=target.path_key, argument=target.argument)


def _implied(target: Target) -> Resolved | None:
    """Lock the session that a call means without naming it: the bound one, or one of its own."""
    if target.protocol_session is not None:
        bound = statements.lock_by_binding(target.protocol_session)
        if bound is not None:
            scene_session, connected, called_again = bound
            if not called_again:
                _note_second_call(target.protocol_session)
            resolved = _open(scene_session, connected, Rule.BINDING, target)
            resolved.is_bound = True
            return resolved
    if target.principal.user_id is None:
        return None
    require_living(target.protocol_session)
    own = own_session_lock(target.principal, may_create=target.may_create)
    return _open(*own, target) if own is not None else None


def require_living(protocol_session: str | None) -> int | None:
    """Record a call of a protocol session; return the id of the session that it is bound to.

    Raises:
        ProtocolSessionEndedError: the client has ended it.
    """
    if protocol_session is None:
        return None
    binding = statements.find_binding(protocol_session)
    if binding is None:
        return None
    if binding.is_ended:
        raise ProtocolSessionEndedError
    if not binding.called_again:
        _note_second_call(protocol_session)
    return binding.scene_session_id


def _note_second_call(protocol_session: str) -> None:
    Binding.objects.filter(protocol_session=protocol_session).update(called_again=True)


def _open(scene_session: SceneSession, connected: int, rule: Rule, target: Target) -> Resolved:
    if not may_reach(target.principal, owner_id=scene_session.owner_id):
        raise _unknown(target)
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk, path_key=target.path_key)
    scene_session_wake(scene_session, reason="A client called.")
    return Resolved(scene_session, rule, connected)


def _create(target: Target, caller: Caller) -> Resolved:
    scene_session = scene_session_create(
        opened_by=SceneSession.Origin.CLIENT,
        caller=caller,
        principal=target.principal,
        start=target.start,
    )
    _bind(target, scene_session, caller, created=True)
    is_bound = target.protocol_session is not None
    return Resolved(scene_session, Rule.CREATED, created=True, is_bound=is_bound)


def _bind(
    target: Target, scene_session: SceneSession, caller: Caller, *, created: bool = False
) -> None:
    """Bind the call's protocol session to this scene session."""
    if target.protocol_session is None:
        return
    bound = {
        "scene_session": scene_session,
        "client_info": _client_info(caller),
        "called_again": not created,
    }
    if target.opens:
        Binding.objects.update_or_create(
            protocol_session=target.protocol_session,
            defaults=bound | {"called_again": True},
            create_defaults=bound,
        )
    else:
        Binding.objects.create(protocol_session=target.protocol_session, **bound)


def _client_info(caller: Caller) -> dict[str, str]:
    """Return the client's details, at most 1,000 characters in all; empty if it sends none."""
    details = {
        "name": storable(caller.client_name, 100),
        "version": storable(caller.client_version, 50),
        **{name: storable(text, 280) for name, text in caller.client_details.items()},
    }
    return {name: text for name, text in details.items() if text}


def protocol_session_end(protocol_session: str) -> None:
    """Record that the client ended the protocol session, so that no worker serves it any more."""
    now = clock.now()
    _, created = Binding.objects.get_or_create(
        protocol_session=protocol_session, defaults={"ended_at": now}
    )
    if not created:
        Binding.objects.filter(protocol_session=protocol_session).update(ended_at=now)


def binding_end(protocol_session: str) -> None:
    """Record the end of a protocol session that cannot be resumed, if it was bound."""
    Binding.objects.filter(protocol_session=protocol_session).update(ended_at=clock.now())
