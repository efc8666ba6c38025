"""Finds a Chromium for the browser tests, or installs one: `python -m tests.support.chromium`."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from sessions_app.camera.programs import WITH_WINDOWS, WITHOUT_WINDOWS
from tests.support import debian

# Chromium heeds the last such list only: these are Playwright's own, and after them the address
# bar's, for which each new window starts a process that nobody sees.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
ARGUMENTS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # SwiftShader draws the scenes; pages are put together without it, in a fifth of the time.
    "--disable-gpu-compositing",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)


@cache
def find() -> str | None:
    """The path of a Chromium: one on PATH, else the one that Playwright has downloaded."""
    return _on_path(WITHOUT_WINDOWS) or find_with_windows()


@cache
def find_with_windows() -> str | None:
    """The path of one whose tabs can be hidden by others."""
    return _on_path(WITH_WINDOWS) or _downloaded()


def _on_path(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install Debian's packages (as root), or else have Playwright download one."""
    debian.install("chromium", "chromium-headless-shell", "fonts-dejavu-core")
    _forget()
    if find_with_windows() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        _forget()


def _forget() -> None:
    find.cache_clear()
    find_with_windows.cache_clear()


def main() -> None:
    if _on_path(WITHOUT_WINDOWS) is None or find_with_windows() is None:
        install()
    if find_with_windows() is None:
        sys.exit("No Chromium was found. Install one, for example: apt-get install chromium")


if __name__ == "__main__":
    main()
