"""The domain's Django application."""

from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Scenes"  # heads the lists of the admin, one of which is "Scene sessions"

    def ready(self) -> None:
        from sessions_app import checks  # noqa: F401 - registers the system checks
