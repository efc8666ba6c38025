"""The protocol's conformance suite, every scenario of both eras, and how it is judged."""

from pathlib import Path

import pytest

from sessions_app.simulation.servers import own_server
from tests.conformance import suite


@pytest.mark.long
@pytest.mark.requirement("N1")
@pytest.mark.parametrize("revision", suite.REVISIONS)
def test_every_scenario_of_a_revision_passes(revision: str, tmp_path: Path) -> None:
    with own_server(suite.SERVER_ENVIRONMENT) as server:
        scenarios = list(suite.run(f"{server.origin}/mcp", revision, tmp_path))
    assert [str(scenario) for scenario in scenarios if scenario.faults] == []


def _scenario(*checks: tuple[str, str]) -> suite.Scenario:
    made = ({"id": name, "status": status, "description": "It holds"} for name, status in checks)
    return suite.Scenario("2026-07-28", "server-sse-multiple-streams", tuple(made))


def test_a_scenario_without_checks_has_not_passed() -> None:
    assert _scenario().faults == ["it made no checks"]
    assert _scenario(("outgoing-request", "INFO")).faults == ["it made no checks"]


@pytest.mark.parametrize("status", ["FAILURE", "WARNING", "SKIPPED", "INFO"])
def test_whatever_is_no_success_is_a_fault(status: str) -> None:
    assert _scenario(("ping", status)).faults == [f"{status} ping: It holds"]
    assert _scenario(("ping", "SUCCESS"), ("ping", status)).faults
    assert _scenario(("ping", "SUCCESS"), ("stream-closed", "INFO")).faults == []


def test_an_exception_holds_for_its_status_only() -> None:
    check = "server-sse-streams-functional"
    assert _scenario((check, "INFO")).faults == []
    assert _scenario((check, "WARNING")).faults == [f"WARNING {check}: It holds"]
