"""Commands that run to their end, in a preloaded process where that may be."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping

from django.core.management import BaseCommand, CommandParser

from sessions_app.simulation.servers import PROJECT
from tests.support.piped import start

COMMAND_WITHIN_SECONDS = 120


def options_of(command: BaseCommand) -> set[str]:
    """The options of a command that are its own, as its help has them."""
    parser = CommandParser(add_help=False)
    command.add_arguments(parser)
    heads = re.findall(r"^  (-.+?)(?:  |$)", parser.format_help(), re.M)
    return {option for head in heads for option in re.findall(r"(?:^|, )(--?[a-z][a-z-]*)", head)}


def run_module(
    *command: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """`python -m COMMAND` with this added to our environment; with nothing to read."""
    own = os.environ | (environment or {})
    whole = [sys.executable, "-m", *command]
    with start(whole, command, cwd=PROJECT, env=own) as process:
        told, log = process.communicate(timeout=COMMAND_WITHIN_SECONDS)
    assert process.returncode is not None
    return subprocess.CompletedProcess(whole, process.returncode, told, log)
