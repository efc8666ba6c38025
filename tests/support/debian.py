"""Programs of Debian's that tests start: `python -m tests.support.debian` fetches those missing.

A package is unpacked below the virtual environment, not installed: that needs no rights, and starts
none of its services.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# With what asks each for its version.
PROGRAMS = {"nginx": "-v", "caddy": "version"}
_FOLDER = Path(sys.prefix) / "debian"
_PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", str(_FOLDER / "usr/sbin"), str(_FOLDER / "usr/bin")]
)


def find(program: str) -> str | None:
    """The path of a program that runs here: on PATH, or fetched before."""
    path = shutil.which(program, path=_PATH)
    if path is None:
        return None
    # What was unpacked may lack a library that an installation would have brought.
    shown = subprocess.run([path, PROGRAMS[program]], capture_output=True, check=False, timeout=30)
    return path if shown.returncode == 0 else None


def install(*packages: str) -> None:
    """Install Debian's packages of these names, where that is possible and allowed."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)


def fetch(*packages: str) -> None:
    """Unpack Debian's packages of these names, where there are any to be had."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return
    if os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
    with tempfile.TemporaryDirectory() as folder:
        command = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *packages]
        subprocess.run(command, cwd=folder, check=False)
        for package in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, _FOLDER], check=False)


def main() -> None:
    missing = [program for program in PROGRAMS if find(program) is None]
    if missing:
        fetch(*missing)
    still = " and ".join(program for program in missing if find(program) is None)
    if still:
        sys.exit(f"The tests need {still}. Install it, for example: apt-get install {still}")


if __name__ == "__main__":
    main()
