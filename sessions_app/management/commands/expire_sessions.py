"""Runs the servers' periodic clean-up once."""

import asyncio
from typing import Any

from django.core.management import BaseCommand, CommandError

from sessions_app.workers.janitor import TASKS, clean_up_once


class Command(BaseCommand):
    help = (
        "Puts sessions to sleep that nobody uses, closes and deletes those that are due, and"
        " deletes what is too old, as every server process does each MCP_SESSION_CLEANUP_INTERVAL."
        " Prints what it did. Harmless beside running servers."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        done = asyncio.run(clean_up_once())
        for name, count in done.items():
            self.stdout.write(f"{count:8} {name}")
        if len(done) < len(TASKS):
            raise CommandError("Some of it failed: the log says what.")
