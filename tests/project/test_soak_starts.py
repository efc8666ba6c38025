"""What `make soak` needs before it begins; the soak itself takes ten minutes."""

import os
import subprocess
import sys

from sessions_app.simulation.servers import PROJECT
from tests.support.waiting import WITHIN_SECONDS

# It sets the database of its own stage up, and only then Django: nothing may have read settings.
_CODE = """
from tests.soak import crowd, faults, logs, memory, readiness, record, stage, troubles
from django.conf import settings
print(settings.configured)
"""


def test_its_modules_read_no_settings_while_they_are_imported() -> None:
    environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    answer = subprocess.run(
        [sys.executable, "-c", _CODE],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (0, "False\n"), answer.stderr
