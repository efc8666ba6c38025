"""The signed-in user: preferences and API token."""

from typing import Any

from django.contrib.auth import authenticate
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api.base import ApiView
from sessions_app.api.schema import BODY, NOBODY, SIGNED_IN, endpoint
from sessions_app.api.serializers import (
    CredentialsSerializer,
    MeSerializer,
    PreferencesSerializer,
    TokenSerializer,
)
from sessions_app.api.throttling import RequestThrottle, TokenThrottle
from sessions_app.people.preferences import preferences_of, preferences_save


class MeView(ApiView):
    @endpoint("getMe", "Who you are, and what you prefer", MeSerializer, SIGNED_IN)
    def get(self) -> Response:
        return Response(_me(self.request))

    @endpoint(
        "changeMe",
        "Change what you prefer",
        MeSerializer,
        (*BODY, "csrf_failed", *SIGNED_IN),
        request=PreferencesSerializer,
    )
    def patch(self) -> Response:
        wanted = PreferencesSerializer(data=self.request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        preferences_save(_user_id(self.request), **wanted.validated_data)
        return Response(_me(self.request))


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

    @endpoint(
        "getToken",
        "Your token, for your name and password",
        TokenSerializer,
        (*BODY, "authentication_failed", "csrf_failed"),
        auth=NOBODY,
        request=CredentialsSerializer,
    )
    def post(self) -> Response:
        given = CredentialsSerializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(self.request._request, **given.validated_data)
        if user is None:
            raise AuthenticationFailed
        token, _ = Token.objects.get_or_create(user=user)
        return Response(TokenSerializer({"token": token.key}).data)

    @endpoint(
        "revokeToken",
        "Make your token worthless",
        None,
        ("csrf_failed", *SIGNED_IN),
        status=204,
        request=None,
    )
    def delete(self) -> Response:
        Token.objects.filter(user=self.request.user.pk).delete()
        return Response(status=204)
