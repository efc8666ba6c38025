"""Keeps what a user prefers."""

from sessions_app.models import Preferences


def preferences_save(user_id: int, **changed: str) -> Preferences:
    """Store the preferences that are named (`theme`, `routing_strategy`); the others stay."""
    saved, _ = Preferences.objects.update_or_create(user_id=user_id, defaults=changed)
    return saved
