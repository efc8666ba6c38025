"""The domain's Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Scenes"  # heads the lists of the admin, one of which is "Scene sessions"

    def ready(self) -> None:
        from sessions_app import checks  # noqa: F401 - registers the system checks

        pre_migrate.connect(_let_migrations_wait, sender=self)


def _let_migrations_wait(*, using: str, **_: Any) -> None:
    """A migration waits for calls to let go of a table, however long that takes."""
    if connections[using].vendor == "postgresql":
        from sessions_app.storage.postgresql import unbind  # elsewhere no driver is loaded

        unbind(connections[using])
