"""The soak finds the faults that are planted in a worker, and none where there is none."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from sessions_app.simulation.servers import PROJECT
from tests.soak.faults import FAULTS

pytestmark = pytest.mark.long

# What the soak says of each; and, past some seconds of a few scenes, what it needs to happen.
FOUND = {
    "crash": "planted",
    "edit lost": "is lost, which was acknowledged",
    "edit twice": "was applied twice",
    "edit unanswered": "was never answered",
    "leak": "grows by",
    "lease": "hold a lease",
    "lost": "is lost, which was acknowledged",
    "misrouted": "which was asked of",
    "mixed": "which was asked of",
    "page": "instead of revision",
    "ready": "while a store was away",
    "refused": "a call that was refused",
    "state": "is awake",
    "twice": "was applied twice",
    "unanswered": "never ended",
}
SECONDS = {"leak": 60, "ready": 60, "state": 45}
SHORT_SECONDS = 20
TROUBLES = {"ready": ["valkey"]}
TIMEOUT_SECONDS = 400


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_planted_fault_is_found(fault: str) -> None:
    seconds = SECONDS.get(fault, SHORT_SECONDS)
    told = _soak(seconds, TROUBLES.get(fault, []), "--fault", fault)
    assert any(FOUND[fault] in found for found in told["faults"]), told


@pytest.mark.timeout(TIMEOUT_SECONDS)
def test_where_everything_goes_wrong_nothing_is_lost() -> None:
    told = _soak(90, ["workers", "valkey", "postgres"])
    assert told["faults"] == []
    assert told["acknowledged"] > 0
    assert told["answers"]["edit: stored"] > 50


def _soak(seconds: int, troubles: Iterable[str], *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.soak", "--seconds", str(seconds), "--sessions", "40"]
    done = subprocess.run(
        [*command, "--troubles", *troubles, *options],
        cwd=PROJECT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    told: dict[str, Any] = json.loads(lines[-1])
    assert done.returncode == bool(told["faults"]), done.stderr
    return told
