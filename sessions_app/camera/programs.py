"""Finds the Chromium that is the camera."""

import os
import shutil
from functools import cache
from pathlib import Path

from django.conf import settings

# Those without windows come first, because a page costs them a quarter less.
WITHOUT_WINDOWS = ("chromium-headless-shell", "chrome-headless-shell")
WITH_WINDOWS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
_ON_MACOS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def program() -> str | None:
    """Return the path of the browser that HELLO3D_CAMERA names or allows; None if there is none."""
    if settings.CAMERA == "off" or os.name != "posix":  # the pipe's file numbers are POSIX's
        return None
    return _found() if settings.CAMERA == "auto" else str(settings.CAMERA)


@cache
def _found() -> str | None:
    for name in (*WITHOUT_WINDOWS, *WITH_WINDOWS):
        path = shutil.which(name)
        if path:
            return path
    return next((str(path) for path in _ON_MACOS if path.is_file()), None)
