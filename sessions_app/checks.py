"""System checks for combinations of settings that cannot work."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

SQLITE_WITH_REDIS = "hello3d.W001"
NO_HOSTS = "hello3d.W019"


@register(Tags.database)
def check_storage(*, app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of Redis with SQLite: Redis implies several processes, and SQLite has one writer."""
    del app_configs, kwargs
    engine = settings.DATABASES["default"]["ENGINE"]
    if settings.REDIS_URL and engine == "django.db.backends.sqlite3":
        hint = "Set DATABASE_URL to a PostgreSQL database."
        text = "REDIS_URL is set, yet the database is SQLite, which has one writer at a time."
        return [checks.Warning(text, hint=hint, id=SQLITE_WITH_REDIS)]
    return []


@register()
def check_hosts(*, app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a server without an allowed host name, which refuses every request."""
    del app_configs, kwargs
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    hint = "Set PUBLIC_ORIGIN or DJANGO_ALLOWED_HOSTS."
    text = "DJANGO_DEBUG is false and no host name is allowed: every request would be refused."
    return [checks.Warning(text, hint=hint, id=NO_HOSTS)]
