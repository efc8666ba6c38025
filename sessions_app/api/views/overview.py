"""How the installation is doing, and which session a call of the caller's would mean."""

from dataclasses import asdict

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api import schema
from sessions_app.api.authentication import principal_of
from sessions_app.api.base import ApiView
from sessions_app.api.serializers import RoutingSerializer
from sessions_app.routing_policy import route
from sessions_app.selectors.own_scenes import own_candidates
from sessions_app.selectors.preferences import preferences_of
from sessions_app.selectors.statistics import Statistics, routing, statistics

UNKNOWN = ("not_authenticated", "authentication_failed", "permission_denied")


class StatsView(ApiView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="getStats",
        summary="The statistics of all processes, for staff",
        auth=schema.USERS,
        responses={
            200: schema.of_type(Statistics),
            **schema.problems(*UNKNOWN),
        },
    )
    def get(self, request: Request) -> Response:
        del request
        return Response(statistics().as_json())


class RoutingView(ApiView):
    @extend_schema(
        operation_id="getRouting",
        summary="Which of your sessions a call means that names none",
        auth=schema.USERS,
        responses={200: RoutingSerializer, **schema.problems(*UNKNOWN)},
    )
    def get(self, request: Request) -> Response:
        principal = principal_of(request)
        user_id = principal.user_id or 0
        own_strategy = preferences_of(user_id).routing_strategy
        strategy = own_strategy or settings.MCP_ROUTING_STRATEGY
        routed = route(own_candidates(user_id), owner_id=user_id, strategy=strategy)
        shown = {
            "server_strategy": settings.MCP_ROUTING_STRATEGY,
            "own_strategy": own_strategy,
            "strategy": strategy,
            "rule": routed.rule,
            "id": routed.chosen.scene_session_id if routed.chosen else None,
            "choices": routed.own,
            "calls": asdict(routing()) if principal.is_staff else None,
        }
        return Response(RoutingSerializer(shown).data)
