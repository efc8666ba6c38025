"""The soak finds the faults that are planted in a worker."""

import json
import os
import subprocess
import sys

import pytest

from sessions_app.simulation.servers import PROJECT
from tests.soak.faults import FAULTS

pytestmark = pytest.mark.long

SECONDS = {"leak": 60, "lease": 20, "state": 45}
FOUND = {"leak": "grows by", "lease": "hold a lease", "state": "is awake"}
TIMEOUT_SECONDS = 400


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    command = [sys.executable, "-m", "tests.soak", "--seconds", str(SECONDS[fault])]
    done = subprocess.run(
        [*command, "--fault", fault],
        cwd=PROJECT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert any(FOUND[fault] in found for found in told["faults"])
