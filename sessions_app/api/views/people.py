"""Who is signed in: preferences, and a token for programs."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api import schema
from sessions_app.api.base import ApiView
from sessions_app.api.serializers import (
    CredentialsSerializer,
    MeSerializer,
    PreferencesSerializer,
    TokenSerializer,
)
from sessions_app.api.throttling import RequestThrottle, TokenThrottle
from sessions_app.selectors.preferences import preferences_of
from sessions_app.services.preferences import preferences_save

UNKNOWN = ("not_authenticated", "authentication_failed", "permission_denied")


class MeView(ApiView):
    @extend_schema(
        operation_id="getMe",
        summary="Who you are, and what you prefer",
        auth=schema.USERS,
        responses={200: MeSerializer, **schema.problems(*UNKNOWN)},
    )
    def get(self, request: Request) -> Response:
        return Response(_me(request))

    @extend_schema(
        operation_id="changeMe",
        summary="Change what you prefer",
        auth=schema.USERS,
        request=PreferencesSerializer,
        responses={
            200: MeSerializer,
            **schema.problems(
                "invalid", "malformed", "unsupported_media_type", "csrf_failed", *UNKNOWN
            ),
        },
    )
    def patch(self, request: Request) -> Response:
        wanted = PreferencesSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        preferences_save(_user_id(request), **wanted.validated_data)
        return Response(_me(request))


def _user_id(request: Request) -> int:
    return int(request.user.pk or 0)


def _me(request: Request) -> Any:
    user, preferences = request.user, preferences_of(_user_id(request))
    shown = {
        "id": user.pk,
        "username": user.get_username(),
        "is_staff": user.is_staff,
        "theme": preferences.theme,
        "routing_strategy": preferences.routing_strategy,
    }
    return MeSerializer(shown).data


class TokenView(ApiView):
    def get_permissions(self) -> Any:
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    def get_throttles(self) -> Any:
        return [TokenThrottle() if self.request.method == "POST" else RequestThrottle()]

    @extend_schema(
        operation_id="getToken",
        summary="Your token, for your name and password",
        auth=schema.NOBODY,
        request=CredentialsSerializer,
        responses={
            200: TokenSerializer,
            **schema.problems(
                "invalid",
                "malformed",
                "unsupported_media_type",
                "authentication_failed",
                "csrf_failed",
            ),
        },
    )
    def post(self, request: Request) -> Response:
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(request._request, **given.validated_data)
        if user is None:
            raise AuthenticationFailed
        token, _ = Token.objects.get_or_create(user=user)
        return Response(TokenSerializer({"token": token.key}).data)

    @extend_schema(
        operation_id="revokeToken",
        summary="Make your token worthless",
        auth=schema.USERS,
        request=None,
        responses={204: None, **schema.problems("csrf_failed", *UNKNOWN)},
    )
    def delete(self, request: Request) -> Response:
        Token.objects.filter(user=request.user.pk).delete()
        return Response(status=204)
