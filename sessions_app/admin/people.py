"""Admin pages of people: identities, preferences, join codes and accounts."""

from typing import TYPE_CHECKING, Any

import rest_framework.authtoken.admin  # noqa: F401 # it registers its own pages
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from rest_framework.authtoken.models import TokenProxy

from sessions_app.admin.read_only import OfSceneAdmin, ReadOnlyAdmin
from sessions_app.models import Identity, JoinCode, Preferences


@admin.register(Identity)
class IdentityAdmin(ReadOnlyAdmin):
    """Staff may only change the user of an identity."""

    list_display = ("id", "issuer", "subject", "user", "created_at")
    list_select_related = ("user",)
    list_filter = ("created_at",)
    search_fields = ("=subject", "=user__username")
    search_help_text = "The token's subject, or a user's name"
    fields = ("issuer", "subject", "user", "created_at")
    readonly_fields = ("issuer", "subject", "created_at")
    raw_id_fields = ("user",)

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("sessions_app.change_identity")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Let only superusers choose a staff user, so that others cannot escalate privileges."""
        if not request.user.is_superuser:
            kwargs["queryset"] = get_user_model().objects.filter(is_staff=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "theme", "routing_strategy")
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    search_help_text = "A user's name"


@admin.register(JoinCode)
class JoinCodeAdmin(OfSceneAdmin):
    exclude = ("code_digest",)
    list_display = ("id", "scene_session", "user", "created_at", "expires_at", "used_at")
    list_select_related = ("scene_session", "user")


if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin  # takes no type argument at run time

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(_UserAdmin):
    """Django's own pages; the dates of joining and signing in are read-only."""

    readonly_fields = ("last_login", "date_joined")


# Its pages, titles and log entries would show the tokens.
admin.site.unregister(TokenProxy)
