"""The `hello3d` command of the installed program."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path

import django
from django.core.management import CommandError, ManagementUtility, load_command_class

from hello3d import __version__
from hello3d.configuration.data_folder import DataFolder

USAGE = """\
usage: hello3d serve [ADDR:PORT] [OPTION…]   serve the page and /mcp, until Ctrl+C
       hello3d stdio [OPTION…]               serve the client that starts this, and the page
       hello3d manage COMMAND [OPTION…]      run one of Django's commands, such as createsuperuser

--env-file FILE reads settings from FILE, in place of {env_file}.
Scenes are kept in {folder}. hello3d serve --help lists more options.
"""
DJANGOS = {"serve": ("sessions_app", "serve"), "stdio": ("mcp_bridge", "mcp_stdio")}


def main() -> None:
    """Run the command that the arguments name."""
    options = ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--env-file", type=Path)
    own, arguments = options.parse_known_args()
    name, *rest = arguments or ["help"]
    folder = DataFolder.of_user()
    if name in ("--version", "-V"):
        print(__version__)
    elif name in ("serve", "stdio", "manage"):
        os.umask(0o077)  # the folder's files are private to the user
        folder.prepare(own.env_file)
        _run(folder, name, rest)
    else:
        text = USAGE.format(env_file=folder.env_file, folder=folder.path)
        if name not in ("help", "--help", "-h"):
            sys.exit(f"hello3d has no command {name!r}.\n{text}")
        print(text, end="")


def _run(folder: DataFolder, name: str, arguments: list[str]) -> None:
    only_asks = "--help" in arguments or "-h" in arguments
    database = folder.use_database(of_its_own=name == "serve" and not only_asks)
    if database not in (None, folder.first_database):
        print(
            f"Another process serves the scenes in {folder.first_database}: this one keeps its own,"
            f" in {database}. End the other one first to serve the same.",
            file=sys.stderr,
        )
    try:
        django.setup()
        if name == "manage":
            if database and arguments and not only_asks:
                _bring_up_to_date()
            ManagementUtility(["hello3d manage", *arguments]).execute()
        else:
            own = {"serve": ["--migrate"], "stdio": ["--share"] if database else []}[name]
            command = load_command_class(*DJANGOS[name])
            command.run_from_argv(["hello3d", name, *own, *arguments])
    except KeyboardInterrupt:
        sys.exit(130)


def _bring_up_to_date() -> None:
    """Migrate the database for a command; imported late, because the imports need settings."""
    from sessions_app.management.options import database_errors
    from sessions_app.storage.schema import bring_up_to_date

    try:
        with database_errors():
            bring_up_to_date()
    except CommandError as error:
        sys.exit(str(error))
