"""Users' preferences."""

from sessions_app.models import Preferences


def preferences_save(user_id: int, **changed: str) -> Preferences:
    """Store the given preferences (`theme`, `routing_strategy`) and keep the others."""
    saved, _ = Preferences.objects.update_or_create(user_id=user_id, defaults=changed)
    return saved


def preferences_of(user_id: int) -> Preferences:
    """Return the user's preferences, or an unsaved row of defaults."""
    found = Preferences.objects.filter(user=user_id).first()
    return found or Preferences(user_id=user_id)
