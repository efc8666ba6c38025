"""Finds a Chromium for the browser tests, or installs one: `python -m tests.support.chromium`."""

import os
import shutil
import subprocess
import sys
from functools import cache

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
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@cache
def find() -> str | None:
    """The path of a Chromium: one on PATH, else the one that Playwright has downloaded."""
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110


def install() -> None:
    """Install Debian's package (as root), or else have Playwright download one."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        packages = ["chromium", "fonts-dejavu-core"]
        subprocess.run(  # type: ignore[call-overload]
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            check=False,
            stdout=subprocess.DEVNULL,
            **quiet,
        )
        find.cache_clear()
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        find.cache_clear()


def main() -> None:
    if find() is None:
        install()
    if find() is None:
        sys.exit("No Chromium was found. Install one, for example: apt-get install chromium")


if __name__ == "__main__":
    main()
