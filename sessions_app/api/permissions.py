"""Permissions of endpoints; sessions/listing.py decides which sessions are in reach."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from sessions_app.api.authentication import edit_key_of


class IsSignedInOrHoldsKey(BasePermission):
    """Allows users and bearers of an edit key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        del view
        return request.user.is_authenticated or edit_key_of(request) is not None


class MayCreate(BasePermission):
    """Allows anyone while sign-in is off, else users."""

    def has_permission(self, request: Request, view: Any) -> bool:
        del view
        return request.user.is_authenticated or not settings.MCP_ENABLE_MULTI_USER
