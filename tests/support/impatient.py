"""Makes what takes minutes happen within a test: with tests/settings_impatient.py."""

from django.apps import AppConfig

STATE_VALID_SECONDS = 1.0
TRANSPORT_IDLE_SECONDS = 1.0
FINISH_WITHIN_SECONDS = 1.0


class Impatient(AppConfig):
    name = "tests.support"
    label = "impatient"

    def ready(self) -> None:
        from hello3d import draining
        from mcp_bridge import elicitation
        from mcp_bridge.transport import protocol_sessions

        draining.FINISH_WITHIN_SECONDS = FINISH_WITHIN_SECONDS
        elicitation.STATE_VALID_SECONDS = STATE_VALID_SECONDS
        protocol_sessions.TRANSPORT_IDLE_SECONDS = TRANSPORT_IDLE_SECONDS
