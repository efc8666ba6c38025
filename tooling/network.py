"""Where packages come from: pip's settings, for uv too, which does not read them."""

import ast
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# pip's option: uv's variable (pip 23.2 user guide, configuration; uv's reference, environment).
VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
LISTS = ("extra-index-url", "find-links", "trusted-host")
# Within pip a later one wins: of all commands, of this one, of the environment.
SECTIONS = ("global", "install", ":env:")


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Network:
    """Settings by the name of pip's option."""

    settings: dict[str, str]

    @classmethod
    def of_pip(cls, python: Path) -> "Network":
        """What pip's files and the environment say, as this Python's pip reads them."""
        listed = subprocess.run(
            [python, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
        )
        if listed.returncode:
            reason = (listed.stderr.splitlines() or ["no reason given"])[-1]
            raise SetupError(f"pip cannot read its settings: {reason}")
        found = dict(line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
        settings = {
            name: str(ast.literal_eval(found[f"{section}.{name}"]))
            for section in SECTIONS
            for name in [*VARIABLES, "default-timeout"]
            if f"{section}.{name}" in found
        }
        if "default-timeout" in settings:  # the environment's name for it
            settings.setdefault("timeout", settings.pop("default-timeout"))
        return cls({name: " ".join(_usable(name, value)) for name, value in settings.items()})

    def for_pip(self) -> dict[str, str]:
        """An environment for pip with these and none of its other settings.

        A constraint, a target folder or a ban on wheels would change what it does with a lock.
        """
        others = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
        others |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        own = self.settings.items()
        return others | {f"PIP_{name.replace('-', '_').upper()}": value for name, value in own}

    def for_uv(self) -> dict[str, str]:
        """An environment for uv with these, where it has none of its own, and no other settings.

        A hash says which file is meant, whatever index has it: so all indexes are looked at, as
        pip does.
        """
        kept = {*VARIABLES.values(), "UV_CACHE_DIR"}
        others = {
            name: value
            for name, value in os.environ.items()
            if value and (name[:3] != "UV_" or name in kept)
        }
        own = {VARIABLES[name]: value for name, value in self.settings.items() if value}
        fixed = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_CONFIG": "1"}
        return own | others | fixed


def _usable(name: str, value: str) -> list[str]:
    """The members of a list that are there: pip passes over folders that are not, uv does not."""
    if name not in LISTS:
        return [value]
    return [word for word in value.split() if _is_there(word)]


def _is_there(location: str) -> bool:
    path = location.removeprefix("file://")
    return "://" in path or not path.startswith("/") or Path(path).exists()
