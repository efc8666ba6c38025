"""Links that share a scene with others."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sessions_app import clock
from sessions_app.models.roles import Role
from sessions_app.models.scenes import SceneSession

SHARED_ROLES = (Role.EDITOR, Role.VIEWER)
SHARED_CHOICES = [(role.value, role.label) for role in SHARED_ROLES]


class Share(models.Model):
    """A link that opens a scene's page in a role, and nothing else; only its digest is stored.

    It works until `revoked_at` is set or `expires_at` has passed.
    """

    scene_session = models.ForeignKey(SceneSession, on_delete=models.CASCADE, related_name="shares")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    role = models.CharField(max_length=10, choices=SHARED_CHOICES)
    name = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)  # when a page last joined by it

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in SHARED_ROLES]), name="share_role"
            ),
        )

    def __str__(self) -> str:
        return f"share {self.pk} of scene {self.scene_session_id}"
