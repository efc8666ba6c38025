"""The virtual environment, and uv, which fills it from the lock files.

pip installs uv alone, by its hash: what it makes of a lock file depends on its version and on what
an index offers that day. uv resolves nothing here; it installs the lock's versions, from wheels.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tooling.network import Network, SetupError

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
UV_LOCK = ROOT / "tooling" / "uv.txt"
# Downloads; on the environment's own disk, so that they are linked into it and not copied.
CACHE = ROOT / "build" / "downloads"
FROM_LOCK = ("--require-hashes", "--no-deps", "--only-binary", ":all:")


def require_venv() -> None:
    """Debian and Ubuntu package `venv`, and the pip that it installs, by themselves.

    Raises:
        SetupError: it is missing.
    """
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise SetupError(
            "This Python has no venv module: install it (Debian and Ubuntu: apt install"
            " python3-venv), then try again."
        )


def install(*lock_files: str) -> None:
    """Install what the lock files name into `.venv`, which is made where it is missing.

    Raises:
        SetupError: uv has said why.
    """
    say(f"Installing the packages of {' and '.join(lock_files)} into .venv")
    files = [part for name in lock_files for part in ("--requirement", str(ROOT / name))]
    try:
        run_uv("pip", "install", "--python", str(PYTHON), *FROM_LOCK, *files)
    except subprocess.CalledProcessError:
        raise SetupError("The packages were not installed, as said above: try again.") from None


def run_uv(*arguments: str) -> None:
    """Run the uv that the project pins, with the network settings of pip.

    Raises:
        CalledProcessError: it failed, and has said why.
        SetupError: it cannot be installed.
    """
    _make_environment()
    network = Network.of_pip(PYTHON)
    if not _is_pinned_uv():
        _install_uv(network)
    environment = {"UV_CACHE_DIR": str(CACHE)} | network.for_uv()
    subprocess.run([str(UV), *arguments], cwd=ROOT, env=environment, check=True)


def remove_downloads() -> None:
    """Remove what uv has kept of its downloads: what was installed is linked to them, or copied."""
    shutil.rmtree(CACHE, ignore_errors=True)


def forget_if_broken() -> None:
    """Have make install anew where the environment's Python is gone or another one is asked for."""
    if VENV.exists() and not _runs("pass"):
        for stamp in (".runtime", ".development"):
            (VENV / stamp).unlink(missing_ok=True)


def say(text: str) -> None:
    """A line of progress, before what the programs that are called say themselves."""
    print(text, flush=True)


def _make_environment() -> None:
    """Make `.venv`: anew where its Python is gone or another one; with pip, if that is missing."""
    if _runs("import pip"):
        return
    require_venv()
    say(f"Making .venv with Python {sys.version.split()[0]}")
    how = [] if _runs("pass") else ["--clear"]
    made = subprocess.run([sys.executable, "-m", "venv", *how, str(VENV)], check=False)
    if made.returncode or not _runs("import pip"):
        raise SetupError(f"{sys.executable} -m venv failed: mend this Python, then try again.")


def _runs(code: str) -> bool:
    """Whether the environment's Python is like the one that runs this, and can run this line."""
    code = f"import sys; assert sys.version_info[:2] == {sys.version_info[:2]}; {code}"
    try:
        ran = subprocess.run([PYTHON, "-c", code], check=False, capture_output=True)
    except OSError:
        return False
    return ran.returncode == 0


def _is_pinned_uv() -> bool:
    pinned = re.findall(r"^uv==([\d.]+)", UV_LOCK.read_text(), re.M)
    try:
        told = subprocess.run([UV, "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return told.stdout.split()[1:2] == pinned


def _install_uv(network: Network) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--retries", "1", *FROM_LOCK]
    installed = subprocess.run(
        [*command, "--requirement", str(UV_LOCK)],
        env=network.for_pip(),
        check=False,
        capture_output=True,
        text=True,
    )
    if installed.returncode:
        lines = [line for line in installed.stderr.splitlines() if "ERROR" in line] or ["no reason"]
        raise SetupError(
            "The packages cannot be downloaded: is this machine online? (The index, proxy and"
            f" certificates are those of pip's settings; pip said: {lines[0].strip()})"
        )
