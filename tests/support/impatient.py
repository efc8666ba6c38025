"""Makes `requestState` expire within a test."""

from django.apps import AppConfig


class Impatient(AppConfig):
    name = "tests.support"
    label = "impatient"

    def ready(self) -> None:
        from mcp_bridge import elicitation

        elicitation.STATE_VALID_SECONDS = 1.0
