"""Reads of who is signed in, by the keys of Django's sessions: many of them in two statements."""

from collections.abc import Collection

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from sessions_app import clock


def signed_in_users(session_keys: Collection[str]) -> dict[str, User]:
    """The active user of each of these sessions; one that is not signed in is left out.

    Signing out, a changed password, deactivation and expiry all end a sign-in. Nothing is written,
    other than by Django's `get_user`, which moves a session to a replaced secret key.
    """
    live = Session.objects.filter(session_key__in=session_keys, expire_date__gt=clock.now())
    kept = {str(session.session_key): session.get_decoded() for session in live}
    ids = {key: values.get(SESSION_KEY) for key, values in kept.items()}
    users = User.objects.filter(pk__in={pk for pk in ids.values() if pk}, is_active=True)
    by_id = {str(user.pk): user for user in users}
    return {
        key: by_id[str(pk)]
        for key, pk in ids.items()
        if str(pk) in by_id and _is_of(by_id[str(pk)], kept[key])
    }


def _is_of(user: User, values: dict[str, str]) -> bool:
    """Whether the session was signed in with the password that the user has now."""
    kept = values.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return BACKEND_SESSION_KEY in values and any(
        constant_time_compare(kept, valid) for valid in hashes
    )
