"""The domain's Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Scenes"  # the admin's heading

    def ready(self) -> None:
        from sessions_app import checks  # noqa: F401 - registers the system checks

        pre_migrate.connect(_let_migrations_wait, sender=self)


def _let_migrations_wait(*, using: str, **_: Any) -> None:
    """Let migrations wait for table locks without a timeout."""
    if connections[using].vendor == "postgresql":
        from sessions_app.storage.postgresql import unbind  # only here is the driver installed

        unbind(connections[using])
