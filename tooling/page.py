"""Builds what the browser loads, once: `build/page/` and `build/static/` stay, the tools do not."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tooling.environment import FROM_LOCK, PYTHON, ROOT, run_uv, say
from tooling.network import SetupError

TOOLS = ROOT / "build" / "tools"
NODE_LOCK = ROOT / "tooling" / "node.txt"
MIN_NODE = 20
COLLECT = [str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]


def build() -> None:
    """Build with `./node_modules`, where a developer has them, else with tools of its own.

    Raises:
        SetupError: the npm packages cannot be downloaded.
    """
    own = ROOT / "node_modules"
    try:
        if _has_what_package_json_asks(own):
            _build(own, _environment_of(PYTHON.parent))
        else:
            say("Downloading the tools that build the page; they are removed afterwards")
            _build(*_install_tools())
    finally:
        shutil.rmtree(TOOLS, ignore_errors=True)


def _build(packages: Path, environment: dict[str, str]) -> None:
    say("Building the page; this can take a minute")
    command = ["node", "tooling/page.mjs", "static", "build", "--packages", str(packages)]
    subprocess.run([*command, "--", *COLLECT], cwd=ROOT, env=environment, check=True)


def _has_what_package_json_asks(packages: Path) -> bool:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    try:
        return all(
            json.loads((packages / name / "package.json").read_text())["version"] == version
            for name, version in wanted.items()
        )
    except OSError:
        return False


def _install_tools() -> tuple[Path, dict[str, str]]:
    """The folder of npm packages, and an environment whose PATH leads to a Node.js."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    TOOLS.mkdir(parents=True)
    environment = dict(os.environ) if _node_is_here() else _environment_of(_install_node())
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, TOOLS)
    environment |= {"npm_config_cache": str(TOOLS / "cache"), "npm_config_loglevel": "error"}
    environment["npm_config_logs_max"] = "0"  # npm would name one that is removed
    options = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    npm = subprocess.run(
        ["npm", "ci", *options],
        cwd=TOOLS,
        env=environment,
        check=False,
        capture_output=True,  # it sums up what is removed again
        text=True,
    )
    if npm.returncode:
        raise SetupError(
            "The tools that build the page cannot be downloaded: is this machine online? (The"
            " registry, proxy and certificates are those of npm's settings; npm said:"
            f" {_reason(npm.stderr)})"
        )
    return TOOLS / "node_modules", environment


def _reason(told: str) -> str:
    """The first sentence of npm's, which follows the codes and comes before the stack."""
    lines = re.findall(r"^npm (?:error|ERR!) (?!code |errno |syscall )(.+)", told, re.M)
    return lines[0] if lines else "no reason"


def _environment_of(folder: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def _node_is_here() -> bool:
    """Whether PATH has npm and a Node.js that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    told = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    found = re.match(r"v(\d+)\.", told.stdout)
    return found is not None and int(found[1]) >= MIN_NODE


def _install_node() -> Path:
    """Install Node.js from the package index, and return the folder of its commands."""
    place = TOOLS / "node"
    run_uv("venv", "--quiet", "--python", str(PYTHON), str(place))
    python = place / "bin" / "python"
    lock = ("--requirement", str(NODE_LOCK))
    run_uv("pip", "install", "--quiet", "--python", str(python), *FROM_LOCK, *lock)
    return python.parent
