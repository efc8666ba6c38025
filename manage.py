#!/usr/bin/env python3
"""Django's command-line entry point."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    from django.core.management import execute_from_command_line

    read_env_file()
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell says it of what Ctrl+C ended


def read_env_file() -> None:
    """Read the settings in the file that HELLO3D_ENV_FILE names, else in `.env` beside this one."""
    from hello3d.configuration.environment import read_file

    named = os.environ.get("HELLO3D_ENV_FILE")
    path = Path(__file__).with_name(".env") if named is None else Path(named)
    if named or (named is None and path.exists()):
        read_file(path)


if __name__ == "__main__":
    main()
