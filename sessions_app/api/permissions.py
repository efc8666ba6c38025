"""Who may use an endpoint at all; which sessions they reach there, sessions/listing.py decides."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from sessions_app.api.authentication import edit_key_of


class IsSignedInOrHoldsKey(BasePermission):
    """A user, or the bearer of some edit key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        del view
        return request.user.is_authenticated or edit_key_of(request) is not None


class MayCreate(BasePermission):
    """Anyone while sign-in is off, else users."""

    def has_permission(self, request: Request, view: Any) -> bool:
        del view
        return request.user.is_authenticated or not settings.MCP_ENABLE_MULTI_USER
