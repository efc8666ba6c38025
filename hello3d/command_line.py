"""`hello3d`, the command of the installed program."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from hello3d import __version__
from hello3d.data_folder import DataFolder

USAGE = """\
usage: hello3d serve [ADDR:PORT] [OPTION…]   serve the page and /mcp, until Ctrl+C
       hello3d stdio [OPTION…]               serve the client that starts this, and the page
       hello3d manage COMMAND [OPTION…]      run one of Django's commands, such as createsuperuser

--env-file FILE reads settings from FILE, in place of {env_file}.
Scenes are kept in {folder}. hello3d serve --help lists more options.
"""


def main() -> None:
    """Run the command that the arguments name."""
    name, *rest = sys.argv[1:] or ["--help"]
    if name in ("--version", "-V"):
        print(__version__)
    elif name in ("serve", "stdio", "manage"):
        _run(name, rest)
    else:
        folder = DataFolder.of_user()
        text = USAGE.format(env_file=folder.env_file, folder=folder.path)
        if name not in ("--help", "-h"):
            sys.exit(f"hello3d has no command {name!r}.\n{text}")
        print(text, end="")


def _run(name: str, arguments: list[str]) -> None:
    options = ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--env-file", type=Path)
    own, rest = options.parse_known_args(arguments)
    folder = DataFolder.of_user()
    folder.prepare_environment(own.env_file)
    if name == "serve":
        _serve(folder, rest)
    elif name == "stdio":
        shared = folder.use_database(of_its_own=False)
        _manage("mcp_stdio", *(["--share"] if shared else []), *rest)
    else:
        folder.use_database(of_its_own=False)
        _manage(*rest)


def _serve(folder: DataFolder, arguments: list[str]) -> None:
    only_asks = "--help" in arguments or "-h" in arguments
    database = folder.use_database(of_its_own=not only_asks)
    if database is not None and database != folder.first_database:
        print(
            f"Another process serves the scenes in {folder.first_database}: this one keeps its own"
            f" in {database}",
            file=sys.stderr,
        )
    _manage("serve", "--migrate", *arguments)


def _manage(*arguments: str) -> None:
    from django.core.management import ManagementUtility

    utility = ManagementUtility(["hello3d", *arguments])
    try:
        utility.execute()
    except KeyboardInterrupt:
        sys.exit(130)
