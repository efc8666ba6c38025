"""Reads who is signed in now, for many connections in a few queries."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from sessions_app import clock
from sessions_app.models import SceneSession
from sessions_app.people.identities import identities_now
from sessions_app.people.principals import Principal, signed_in

# The Django session's key for scenes that join codes opened in it, by internal id.
JOINED_KEY = "joined"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A connection's sign-in: a cookie's session, or a token's identity.

    `expires_at` is when the token expires, in seconds since 1970.
    """

    session_key: str = ""
    identity_id: int | None = None
    expires_at: float = math.inf


def principals_now(sign_ins: Collection[SignIn]) -> dict[SignIn, Principal]:
    """Return the current principal of each sign-in, without those that have ended.

    Signing out, a changed password, deactivation and expiry all end a sign-in.
    """
    now = clock.now().timestamp()
    by_session = _principals({sign_in.session_key for sign_in in sign_ins if sign_in.session_key})
    by_identity = identities_now(
        {sign_in.identity_id for sign_in in sign_ins if sign_in.identity_id}
    )
    found = {
        sign_in: by_session.get(sign_in.session_key) or by_identity.get(sign_in.identity_id or 0)
        for sign_in in sign_ins
        if now < sign_in.expires_at
    }
    return {sign_in: principal for sign_in, principal in found.items() if principal is not None}


def owners_of(scene_session_ids: Collection[int]) -> dict[int, int | None]:
    """Return the owners of sessions, without deleted sessions."""
    sessions = SceneSession.objects.filter(pk__in=scene_session_ids).order_by()
    return dict(sessions.values_list("pk", "owner_id"))


def signed_in_users(session_keys: Collection[str]) -> dict[str, User]:
    """Return the active user of each Django session, without those that are not signed in.

    Writes nothing, unlike Django's `get_user`, which moves a session to a rotated secret key.
    """
    kept = _kept(session_keys)
    users = _users(values.get(SESSION_KEY) for values in kept.values())
    found = {key: _signed_in(values, users) for key, values in kept.items()}
    return {key: user for key, user in found.items() if user is not None}


def _principals(session_keys: Collection[str]) -> dict[str, Principal]:
    kept = _kept(session_keys)
    users = _users(
        user_id
        for values in kept.values()
        for user_id in (values.get(SESSION_KEY), *(user_id for user_id, _, _ in _joins(values)))
    )
    found = {key: _principal(values, users) for key, values in kept.items()}
    return {key: principal for key, principal in found.items() if principal is not None}


def _principal(values: Mapping[str, Any], users: Mapping[str, User]) -> Principal | None:
    """Return the session's user and joined scenes as a principal, or None."""
    user = _signed_in(values, users)
    now = clock.now().timestamp()
    joined = tuple(
        int(scene_session_id)
        for scene_session_id, (user_id, kept_hash, until) in values.get(JOINED_KEY, {}).items()
        if now < until and _has_hash(users.get(str(user_id)), kept_hash)
    )
    if user is None and not joined:
        return None
    own = signed_in(user) if user is not None else Principal()
    return Principal(own.user_id, is_staff=own.is_staff, joined=joined)


def _kept(session_keys: Collection[str]) -> dict[str, dict[str, Any]]:
    wanted = [key for key in session_keys if "\0" not in key]  # PostgreSQL rejects NUL
    if not wanted:
        return {}
    live = Session.objects.filter(session_key__in=wanted, expire_date__gt=clock.now())
    return {str(session.session_key): session.get_decoded() for session in live}


def _joins(values: Mapping[str, Any]) -> Collection[Any]:
    joined: dict[str, Any] = values.get(JOINED_KEY, {})
    return joined.values()


def _users(ids: Any) -> dict[str, User]:
    wanted = {str(pk) for pk in ids if pk}
    found = User.objects.filter(pk__in=wanted, is_active=True) if wanted else ()
    return {str(user.pk): user for user in found}


def _signed_in(values: Mapping[str, Any], users: Mapping[str, User]) -> User | None:
    user = users.get(str(values.get(SESSION_KEY)))
    is_so = BACKEND_SESSION_KEY in values and _has_hash(user, values.get(HASH_SESSION_KEY, ""))
    return user if is_so else None


def _has_hash(user: User | None, kept: str) -> bool:
    """Return whether the session was signed in with the user's current password."""
    if user is None:
        return False
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, valid) for valid in hashes)
