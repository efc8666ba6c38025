"""Statistics of the installation, and the routing of the caller's calls."""

from dataclasses import asdict

from django.conf import settings
from rest_framework.permissions import IsAdminUser
from rest_framework.response import Response

from sessions_app.api.authentication import principal_of
from sessions_app.api.base import ApiView
from sessions_app.api.schema import SIGNED_IN, endpoint, of_type
from sessions_app.api.serializers import RoutingSerializer
from sessions_app.calls.statistics import Statistics, routing, statistics
from sessions_app.people.preferences import preferences_of
from sessions_app.routing import route
from sessions_app.sessions.own import own_candidates


class StatsView(ApiView):
    permission_classes = (IsAdminUser,)

    @endpoint(
        "getStats", "The statistics of all processes, for staff", of_type(Statistics), SIGNED_IN
    )
    def get(self) -> Response:
        return Response(statistics().as_json())


class RoutingView(ApiView):
    @endpoint(
        "getRouting",
        "Which of your sessions a call means that names none",
        RoutingSerializer,
        SIGNED_IN,
    )
    def get(self) -> Response:
        principal = principal_of(self.request)
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
