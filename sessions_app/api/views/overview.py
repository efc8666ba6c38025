"""How the installation is doing, for staff."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api import schema
from sessions_app.api.base import ApiView
from sessions_app.selectors.statistics import Statistics, statistics


class StatsView(ApiView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="getStats",
        summary="The statistics of all processes, for staff",
        auth=schema.USERS,
        responses={
            200: schema.of_type(Statistics),
            **schema.problems("not_authenticated", "authentication_failed", "permission_denied"),
        },
    )
    def get(self, request: Request) -> Response:
        del request
        return Response(statistics().as_json())
