"""Runs `@modelcontextprotocol/conformance` and judges each of its checks.

The suite's own verdict is too mild: it counts a warning, a skipped check and a scenario without any
check as passed. Here a scenario passes only where it made checks and every one is a success.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessions_app.simulation.servers import PROJECT

REVISIONS = ("2025-11-25", "2026-07-28")
SERVER_ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "tests.conformance.settings"}
TIMEOUT_SECONDS = 300

# Not checks: what the suite writes down of the traffic, always with the status INFO.
_RECORDS = {"outgoing-request", "incoming-response", "incoming-sse-event", "stream-closed"}

# Revision, scenario and check that may end otherwise, with the only status that it may end with.
_EXCEPTIONS = {
    # A 2026-07-28 answer without notifications is plain JSON: basic/transports/streamable-http,
    # "Sending Messages", lets the server choose. The suite has then no streams to look at.
    ("2026-07-28", "server-sse-multiple-streams", "server-sse-streams-functional"): "INFO",
}

_RESULT_FOLDER = re.compile(r"server-(?P<scenario>.+)-\d{4}-\d\d-\d\dT[\d-]+Z")


@dataclass(frozen=True)
class Scenario:
    """One scenario of a revision, and what the suite found; no checks where it did not run."""

    revision: str
    name: str
    checks: tuple[dict[str, Any], ...]

    @property
    def faults(self) -> list[str]:
        """What keeps it from having passed."""
        checks = [check for check in self.checks if check["id"] not in _RECORDS]
        if not checks:
            return ["it made no checks"]
        return [_told(check) for check in checks if check["status"] != self._expected(check)]

    def _expected(self, check: dict[str, Any]) -> str:
        return _EXCEPTIONS.get((self.revision, self.name, check["id"]), "SUCCESS")

    def __str__(self) -> str:
        head = f"{'failed' if self.faults else 'passed'}  {self.revision}  {self.name}"
        return "\n".join([head, *(f"    {fault}" for fault in self.faults)])


def run(url: str, revision: str, results: Path) -> Iterator[Scenario]:
    """Run every scenario that a revision names for servers; `results` is a folder to write to."""
    _suite("server", "--url", url, "--requirements", revision, "-o", str(results))
    found = {}
    for path in results.glob("*/checks.json"):
        if match := _RESULT_FOLDER.fullmatch(path.parent.name):
            found[match["scenario"]] = tuple(json.loads(path.read_text()))
    for name in _named(revision):
        yield Scenario(revision, name, found.get(name, ()))


def _named(revision: str) -> list[str]:
    """The scenarios for servers: those required, and those pending or newer, but no extension's."""
    names, heading = [], ""
    for line in _suite("list", "--server", "--requirements", revision).splitlines():
        entry = re.fullmatch(r" +- (?P<name>\S+)(?P<server> \[server\])?(?: \[client\])?", line)
        if entry is None:
            heading = line.strip() or heading
        elif heading.startswith("Server scenarios") or (
            entry["server"] and not heading.startswith("extension")
        ):
            names.append(entry["name"])
    if not names:
        raise RuntimeError(f"The conformance suite names no scenario of {revision}")
    return names


def _suite(*arguments: str) -> str:
    """What the suite printed; its exit status is left aside, as its verdict is."""
    command = PROJECT / "tests/clients/node_modules/.bin/conformance"
    if not command.exists():
        raise RuntimeError("The conformance suite is not installed: run `make clients`")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # its own Node.js first
    done = subprocess.run(
        [command, *arguments],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return done.stdout


def _told(check: dict[str, Any]) -> str:
    text = check.get("errorMessage") or check["description"]
    return f"{check['status']} {check['id']}: {text}"
