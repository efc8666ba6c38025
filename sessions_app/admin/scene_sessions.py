"""The list of scene sessions, each one's own page, and what staff do to them."""

from django.contrib import admin

from sessions_app.admin.read_only import KEY_PREFIX_LENGTH, ReadOnlyAdmin
from sessions_app.models import SceneSession


@admin.register(SceneSession)
class SceneSessionAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "edit_key_prefix", "state", "opened_by", "owner", "revision", "created_at",
        "changed_at",
    )  # fmt: skip
    list_filter = ("state", "opened_by", "created_at")
    list_select_related = ("owner",)
    search_fields = ("=id",)
    fields = (
        "id", "edit_key", "owner", "state", "opened_by", "remote_address", "user_agent",
        "created_at", "changed_at", "revision", "snapshot_revision", "unconfirmed_revision",
    )  # fmt: skip

    @admin.display(description="edit key")
    def edit_key_prefix(self, scene_session: SceneSession) -> str:
        """Enough to tell sessions apart: whoever reads a whole key may change the scene."""
        return f"{str(scene_session.edit_key)[:KEY_PREFIX_LENGTH]}…"
