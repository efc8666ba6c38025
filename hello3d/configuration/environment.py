"""Reads settings from the environment and reports invalid ones by name."""

import io
import ipaddress
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from mcp_bridge.tool_groups import GROUPS, UnknownGroupError, read_groups
from sessions_app.limits.rates import Rate
from sessions_app.web.links import is_web_url
from sessions_app.web.origins import origin_of
from sessions_app.web.root_path import OWN_PARTS

_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True}
_BOOLEANS |= {"false": False, "0": False, "no": False, "off": False}
_RATE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})")
_HOST = re.compile(r"\*|\.?[a-z0-9.-]+|\[[a-f0-9:.]+\]", re.IGNORECASE)
_INSTANCE_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# No segment is "." or "..", which browsers resolve; and nothing needs quoting.
_ROOT_PATH = re.compile(r"(?=.{2,200}$)(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")
_COOKIE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MAPPED_BITS = 96  # of an IPv6 address that an IPv4 address is mapped into (RFC 4291)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class WrongSettingError(SystemExit):
    """Exits the process with its message and status 1, however it was started.

    There is no traceback, because the fault is not in the program.
    """


def _refuse(name: str, value: str, accepted: str) -> WrongSettingError:
    return WrongSettingError(f"{name}={value!r} cannot be used. Accepted: {accepted}.")


def _without_password(url: str) -> str:
    return url.split("@")[-1]


def _has_valid_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _without_mapping(network: Network) -> Network:
    """Return the IPv4 network of a mapped one such as ::ffff:10.0.0.0/104, else the network."""
    first = network.network_address
    mapped = first.ipv4_mapped if isinstance(first, ipaddress.IPv6Address) else None
    if mapped is None or network.prefixlen < _MAPPED_BITS:
        return network
    return ipaddress.ip_network((mapped.packed, network.prefixlen - _MAPPED_BITS))


_LINE = re.compile(r"(?:export )?[A-Za-z_][A-Za-z_0-9]*=.*|#.*|\s*")


def read_file(path: Path) -> None:
    """Set variables from NAME=value lines, unless they are set already.

    Raises:
        WrongSettingError: the file cannot be read, or a line is malformed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad adds a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise WrongSettingError(f"{path} cannot be read: {reason}.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not _LINE.fullmatch(line):
            raise WrongSettingError(f"{path}, line {number}: give NAME=value, or a # and a remark.")
    environ.Env.read_env(io.StringIO(text))  # the file may be a pipe, so read it only once


class Environment:
    """One method per kind of value; each raises `WrongSettingError` for an invalid one."""

    def __init__(self) -> None:
        self._env = environ.Env()

    def text(self, name: str, default: str = "") -> str:
        return os.environ.get(name, default).strip()  # django-environ would expand $

    def secret(self, name: str) -> str:
        """Return a secret, empty if unset; errors never contain it."""
        raw = self.text(name)
        if raw and (len(raw) < 16 or not raw.isascii() or not raw.isprintable()):
            raise _refuse(name, "…", "at least 16 random characters of ASCII")
        return raw

    def file_path(self, name: str) -> str:
        """Return the path of a file in an existing folder, empty if unset."""
        raw = self.text(name)
        if raw and (Path(raw).is_dir() or not Path(raw).parent.is_dir()):
            raise _refuse(name, raw, "the path of a file in a folder that exists")
        return raw

    def boolean(self, name: str, *, default: bool) -> bool:
        raw = self.text(name) or str(default)
        if raw.lower() not in _BOOLEANS:
            raise _refuse(name, raw, "true or false")
        return _BOOLEANS[raw.lower()]

    def choice(self, name: str, *, default: str, choices: tuple[str, ...]) -> str:
        raw = self.text(name) or default
        for choice in choices:
            if raw.lower() == choice.lower():
                return choice
        raise _refuse(name, raw, ", ".join(choices))

    def folder(self, name: str) -> Path | None:
        """Return the path of a folder, which may not exist yet; None if unset."""
        raw = self.text(name)
        if raw and (not Path(raw).is_absolute() or Path(raw).is_file()):
            raise _refuse(name, raw, "the whole path of a folder")
        return Path(raw) if raw else None

    def program(self, name: str, *, what: str = "a Chromium") -> str:
        """Return `auto`, `off` or the path of a program; `auto` if unset."""
        raw = self.text(name) or "auto"
        if raw.lower() in ("auto", "off"):
            return raw.lower()
        if not os.access(raw, os.X_OK) or Path(raw).is_dir():
            raise _refuse(name, raw, f"auto, off, or the path of {what} that can be started")
        return raw

    def integer(self, name: str, *, default: int, least: int = 1, most: int = 10**6) -> int:
        raw = self.text(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,10}", raw) or not least <= int(raw) <= most:
            raise _refuse(name, raw, f"a whole number from {least} to {most}")
        return int(raw)

    def words(self, name: str) -> list[str]:
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def tool_groups(self, name: str) -> frozenset[str]:
        raw = self.text(name)
        try:
            return read_groups([raw])
        except UnknownGroupError:
            raise _refuse(name, raw, f"a list of {', '.join(GROUPS)}") from None

    def hosts(self, name: str) -> list[str]:
        """Return host names for Django's ALLOWED_HOSTS."""
        words = self.words(name)
        for word in words:
            if not _HOST.fullmatch(word):
                accepted = "host names without scheme or port, separated by commas"
                raise _refuse(name, word, f"{accepted}, such as example.org, .example.org")
        return words

    def host_rules(self, name: str) -> tuple[list[str], list[str]]:
        """Return the host names that are allowed, and with a ! before them, forbidden."""
        words = [word.lower() for word in self.words(name)]
        for word in words:
            if not _HOST.fullmatch(word.removeprefix("!")):
                accepted = "host names separated by commas, such as .example.org, !old.example.org"
                raise _refuse(name, word, f"{accepted}; !* forbids all")
        forbidden = [word[1:] for word in words if word.startswith("!")]
        return [word for word in words if not word.startswith("!")], forbidden

    def instance_name(self, name: str, *, default: str) -> str:
        raw = self.text(name) or default
        if not _INSTANCE_NAME.fullmatch(raw):
            raise _refuse(name, raw, "1 to 64 letters, digits, dots, colons, hyphens, underscores")
        return raw

    def origin(self, name: str) -> str | None:
        """Return an origin (scheme, host and port only), or None if unset."""
        raw = self.text(name)
        return self._origin(name, raw, "; the path is for ROOT_PATH") if raw else None

    def origins(self, name: str) -> list[str]:
        return [self._origin(name, word) for word in self.words(name)]

    def _origin(self, name: str, raw: str, hint: str = "") -> str:
        accepted = "an origin such as https://example.org or http://127.0.0.1:8000, without a path"
        parts = urlsplit(raw) if is_web_url(raw) else None
        if (
            parts is None
            or parts.path.strip("/")
            or parts.query
            or parts.fragment
            or parts.username
        ):
            raise _refuse(name, raw, accepted + hint)
        return origin_of(parts.scheme, parts.netloc)

    def root_path(self, name: str) -> str:
        """Return the path below which people reach us; empty for the host's root."""
        raw = self.text(name)
        if raw and (not _ROOT_PATH.fullmatch(raw) or raw.split("/")[1] in OWN_PARTS):
            accepted = (
                "a path such as /hello3d, with a slash before each part and none at its end, of"
                " letters, digits, dots, hyphens, underscores and tildes, at most 200. The first"
                f" part is none of our own: {', '.join(sorted(OWN_PARTS))}"
            )
            raise _refuse(name, raw, accepted)
        return raw

    def cookie_name(self, name: str) -> str:
        """Return a cookie's name, empty if unset."""
        raw = self.text(name)
        if raw and not _COOKIE_NAME.fullmatch(raw):
            accepted = "1 to 64 letters, digits, hyphens and underscores, beginning with a letter"
            raise _refuse(name, raw, accepted)
        return raw

    def web_url(self, name: str) -> str | None:
        """Return an http or https URL, or None if unset."""
        raw = self.text(name)
        if raw and not is_web_url(raw):
            raise _refuse(name, raw, "a URL that begins with http:// or https://")
        return raw or None

    def web_urls(self, name: str) -> list[str]:
        words = self.words(name)
        for word in words:
            if not is_web_url(word):
                accepted = "URLs that begin with http:// or https://, separated by commas"
                raise _refuse(name, word, accepted)
        return words

    def networks(self, name: str) -> list[Network]:
        accepted = "IP addresses or networks, separated by commas, such as 10.0.0.1, 10.1.0.0/16"
        return self._networks(name, self.words(name), accepted)

    def proxies(self, name: str) -> tuple[list[Network], bool]:
        """Return proxies' networks, and whether to trust Unix sockets, which have no address."""
        words = [word.lower() for word in self.words(name)]
        accepted = "IP addresses, networks or the word unix, separated by commas"
        networks = self._networks(name, [word for word in words if word != "unix"], accepted)
        return networks, "unix" in words

    def _networks(self, name: str, words: list[str], accepted: str) -> list[Network]:
        try:
            return [_without_mapping(ipaddress.ip_network(word)) for word in words]
        except ValueError:
            raise _refuse(name, self.text(name), accepted) from None

    def rate(self, name: str, *, default: str) -> Rate | None:
        """Return a rate, or None for no limit."""
        raw = self.text(name) or default
        if raw.lower() == "off":
            return None
        found = _RATE.fullmatch(raw)
        if found is None:
            accepted = "a number and seconds such as 600/60 for 600 in a minute, or off"
            raise _refuse(name, raw, accepted)
        return Rate(calls=int(found[1]), seconds=int(found[2]))

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Return Django's settings of a database URL; in-memory databases cannot be shared."""
        raw = self.text(name) or default
        schemes = ("sqlite:///", "postgres://", "postgresql://")
        if raw.startswith(schemes) and _has_valid_port(raw):
            database = dict(self._env.db_url_config(raw))
            if database["NAME"] not in ("", ":memory:"):
                return database
        accepted = "sqlite:////path/of/a/file or postgres://user:password@host:5432/name"
        raise _refuse(name, _without_password(raw), accepted)

    def redis_url(self, name: str) -> str | None:
        raw = self.text(name)
        known = raw.startswith(("redis://", "rediss://", "unix://")) and _has_valid_port(raw)
        if raw and not known:
            accepted = "redis://host:6379/0, rediss://host:6379/0 or unix:///path/of/a/socket"
            raise _refuse(name, _without_password(raw), accepted)
        return raw or None
