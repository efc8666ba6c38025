"""`make conformance`: one line for each scenario; ends with 1 where one has not passed."""

import sys
import tempfile
from pathlib import Path

from sessions_app.simulation.servers import own_server
from tests.conformance import suite


def main() -> int:
    faulty = 0
    with own_server(suite.SERVER_ENVIRONMENT) as server, tempfile.TemporaryDirectory() as folder:
        for revision in suite.REVISIONS:
            for scenario in suite.run(f"{server.origin}/mcp", revision, Path(folder, revision)):
                print(scenario, flush=True)
                faulty += bool(scenario.faults)
    return 1 if faulty else 0


sys.exit(main())
