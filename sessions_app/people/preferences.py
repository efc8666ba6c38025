"""What a user prefers."""

from sessions_app.models import Preferences


def preferences_save(user_id: int, **changed: str) -> Preferences:
    """Store the preferences that are named (`theme`, `routing_strategy`); the others stay."""
    saved, _ = Preferences.objects.update_or_create(user_id=user_id, defaults=changed)
    return saved


def preferences_of(user_id: int) -> Preferences:
    """The user's preferences; unsaved ones that leave all to the server where there are none."""
    found = Preferences.objects.filter(user=user_id).first()
    return found or Preferences(user_id=user_id)
