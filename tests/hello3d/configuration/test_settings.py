"""Wrong settings stop the start, naming the variable, its value and what is accepted."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from hello3d.configuration.environment import Environment, WrongSettingError
from hello3d.configuration.sign_in import require_token_settings
from hello3d.settings import DEVELOPMENT_SECRET_KEY
from sessions_app.checks import SQLITE_WITH_REDIS, check_storage
from sessions_app.limits.rates import Rate
from sessions_app.simulation.servers import PROJECT
from tests.support.commands import run_module
from tests.support.waiting import WITHIN_SECONDS


def _check(**environment: str) -> subprocess.CompletedProcess[str]:
    return run_module("manage", "check", environment=environment)


def _start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    first, *rest = arguments
    if first == "manage.py":
        return run_module("manage", *rest, environment=environment)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=WITHIN_SECONDS,
    )


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("DJANGO_DEBUG", "maybe", "true or false"),
        ("LOG_LEVEL", "LOUD", "WARNING"),
        ("LOG_FORMAT", "xml", "human, json"),
        ("PUBLIC_ORIGIN", "https://example.org/path", "without a path; the path is for ROOT_PATH"),
        ("ROOT_PATH", "hello3d", "a path such as /hello3d"),
        ("ROOT_PATH", "/hello3d/", "none at its end"),
        ("ROOT_PATH", "/", "none at its end"),
        ("ROOT_PATH", "//hello3d", "a path such as /hello3d"),
        ("ROOT_PATH", "/hello3d/../admin", "a path such as /hello3d"),
        ("ROOT_PATH", "/hello3d?a=1", "a path such as /hello3d"),
        ("ROOT_PATH", "/hello%203d", "letters, digits"),
        ("ROOT_PATH", "https://example.org/hello3d", "a path such as /hello3d"),
        ("ROOT_PATH", f"/{'a' * 200}", "at most 200"),
        ("ROOT_PATH", "/mcp", "none of our own: .well-known, accounts, admin"),
        ("ROOT_PATH", "/api/hello3d", "none of our own"),
        ("COOKIE_NAME", "a b", "beginning with a letter"),
        ("COOKIE_NAME", "__Host-hello3d", "beginning with a letter"),
        ("COOKIE_NAME", "a" * 65, "1 to 64 letters"),
        ("PUBLIC_ORIGIN", "example.org", "without a path"),
        ("ALLOWED_ORIGINS", "https://a.example,*", "without a path"),
        ("BROWSER_URL", "ftp://example.org", "http:// or https://"),
        ("BROWSER_URL", "http://example.org:99999", "http:// or https://"),
        ("TRUSTED_PROXIES", "proxy", "IP addresses"),
        ("INSTANCE_NAME", "a b", "letters"),
        ("DATABASE_URL", "mysql://x", "postgres://"),
        ("DATABASE_URL", "sqlite:///", "/path/of/a/file"),
        ("DATABASE_URL", "postgres://user@host", "host:5432/name"),
        ("DATABASE_URL", "postgres://user@host:port/name", "host:5432/name"),
        ("REDIS_URL", "http://x", "redis://"),
        ("REDIS_URL", "redis://host:port", "redis://host:6379"),
        ("RATE_SHARED_ADDRESSES", "office", "IP addresses"),
        ("MCP_RATE_PER_CLIENT", "600", "600/60"),
        ("MCP_RATE_PER_CLIENT", "0/60", "600/60"),
        ("MCP_RATE_PER_SCENE", "10/minute", "600/60"),
        ("SCENE_CREATION_QUOTA", "-1/600", "600/60"),
        ("DJANGO_ALLOWED_HOSTS", "https://example.org", "without scheme or port"),
        ("DJANGO_ALLOWED_HOSTS", "example.org,other.example:8000", "without scheme or port"),
        ("ASSET_HOSTS", "https://example.org", "!old.example.org"),
        ("ASSET_CHECKER", "/nowhere/node", "a Node.js"),
        ("MEDIA_ROOT", "media", "the whole path of a folder"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    monkeypatch.setenv(name, value)
    environment = Environment()
    readers: dict[str, Callable[[], object]] = {
        "DJANGO_DEBUG": lambda: environment.boolean(name, default=True),
        "LOG_LEVEL": lambda: environment.choice(name, default="INFO", choices=("INFO", "WARNING")),
        "LOG_FORMAT": lambda: environment.choice(name, default="human", choices=("human", "json")),
        "PUBLIC_ORIGIN": lambda: environment.origin(name),
        "ROOT_PATH": lambda: environment.root_path(name),
        "COOKIE_NAME": lambda: environment.cookie_name(name),
        "ALLOWED_ORIGINS": lambda: environment.origins(name),
        "BROWSER_URL": lambda: environment.web_url(name),
        "TRUSTED_PROXIES": lambda: environment.networks(name),
        "RATE_SHARED_ADDRESSES": lambda: environment.networks(name),
        "MCP_RATE_PER_CLIENT": lambda: environment.rate(name, default="600/60"),
        "SCENE_CREATION_QUOTA": lambda: environment.rate(name, default="20/600"),
        "MCP_RATE_PER_SCENE": lambda: environment.rate(name, default="600/60"),
        "INSTANCE_NAME": lambda: environment.instance_name(name, default="x"),
        "DATABASE_URL": lambda: environment.database(name, default=""),
        "REDIS_URL": lambda: environment.redis_url(name),
        "DJANGO_ALLOWED_HOSTS": lambda: environment.hosts(name),
        "ASSET_HOSTS": lambda: environment.host_rules(name),
        "ASSET_CHECKER": lambda: environment.program(name, what="a Node.js"),
        "MEDIA_ROOT": lambda: environment.folder(name),
    }
    with pytest.raises(WrongSettingError) as refused:
        readers[name]()
    assert str(refused.value).startswith(f"{name}=")
    assert accepted in str(refused.value)


STARTS = {
    "runserver": ("manage.py", "runserver", "127.0.0.1:0"),
    "migrate": ("manage.py", "migrate"),
    "stdio": ("manage.py", "mcp_stdio"),
    "serve": ("manage.py", "serve", "127.0.0.1:0"),
    "serve with workers": ("manage.py", "serve", "127.0.0.1:0", "--workers", "2"),
    "uvicorn": ("-m", "uvicorn", "hello3d.asgi:application", "--port", "0"),
    "daphne": ("-m", "daphne", "-p", "0", "hello3d.asgi:application"),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_wrong_value_ends_each_start_with_its_sentence_alone(start: tuple[str, ...]) -> None:
    refused = _start(*start, MCP_SESSION_TIMEOUT="abc")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        "MCP_SESSION_TIMEOUT='abc' cannot be used. Accepted: a whole number from 10 to 100000000.\n"
    )


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_what_no_setting_explains_keeps_its_traceback(start: tuple[str, ...]) -> None:
    broken = _start(*start, DJANGO_SETTINGS_MODULE="tests.settings_nobody_wrote")
    assert broken.returncode == 1
    assert "Traceback (most recent call last)" in broken.stderr
    assert "No module named 'tests.settings_nobody_wrote'" in broken.stderr


def test_the_public_origin_is_one_of_the_hosts() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from hello3d import settings; print(settings.ALLOWED_HOSTS)"],
        cwd=PROJECT,
        env=os.environ | {"PUBLIC_ORIGIN": "https://studio.example:8443"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'studio.example'" in told.stdout
    assert "'127.0.0.1'" in told.stdout


def test_a_refusal_never_tells_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", "http://user:open-sesame@host/name")
    environment = Environment()
    for read in (environment.redis_url, lambda name: environment.database(name, default="")):
        with pytest.raises(WrongSettingError, match="STORE='host/name' cannot be used"):
            read("STORE")


def test_what_is_accepted_is_read_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "HOSTS": "example.org, .example.org,*,[::1]",
        "ORIGINS": "https://Example.org,http://127.0.0.1:8000/",
        "SWITCH": "Off",
        "LEVEL": "debug",
        "POSTGRES": "postgres://user:password@host:5433/name",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    environment = Environment()
    assert environment.hosts("HOSTS") == ["example.org", ".example.org", "*", "[::1]"]
    assert environment.origins("ORIGINS") == ["https://example.org", "http://127.0.0.1:8000"]
    assert environment.boolean("SWITCH", default=True) is False
    assert environment.choice("LEVEL", default="INFO", choices=("DEBUG", "INFO")) == "DEBUG"
    database = environment.database("POSTGRES", default="")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("host", 5433, "name")
    assert environment.redis_url("UNSET") is None
    assert environment.web_url("UNSET") is None
    assert environment.rate("UNSET", default="600/60") == Rate(calls=600, seconds=60)
    assert environment.rate("SWITCH", default="600/60") is None
    assert environment.origin("UNSET") is None


LONG_ENOUGH = "a key of the tests, long enough for production"


@pytest.mark.parametrize(
    ("variable", "keys"),
    [
        ("DJANGO_SECRET_KEY", {"DJANGO_SECRET_KEY": ""}),
        ("DJANGO_SECRET_KEY", {"DJANGO_SECRET_KEY": "short"}),
        ("DJANGO_SECRET_KEY", {"DJANGO_SECRET_KEY": DEVELOPMENT_SECRET_KEY}),
        ("DJANGO_SECRET_KEY_FALLBACKS", {"DJANGO_SECRET_KEY_FALLBACKS": DEVELOPMENT_SECRET_KEY}),
    ],
)
def test_production_is_refused_with_a_secret_that_is_none(
    variable: str, keys: dict[str, str]
) -> None:
    own = {} if variable == "DJANGO_SECRET_KEY" else {"DJANGO_SECRET_KEY": LONG_ENOUGH}
    refused = _check(DJANGO_DEBUG="false", **own, **keys)
    assert refused.returncode != 0
    assert refused.stderr.startswith(f"{variable} ")


def test_sqlite_with_redis_is_warned_of(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1"
    [warning] = check_storage(app_configs=None)
    assert warning.id == SQLITE_WITH_REDIS
    settings.REDIS_URL = None
    assert check_storage(app_configs=None) == []


GOOD_TOKENS = {
    "MCP_ENABLE_MULTI_USER": "true",
    "MCP_JWT_SECRET": "s" * 32,
    "MCP_JWKS_URL": "",
    "MCP_JWT_ALGORITHM": "",
    "MCP_JWT_ISSUER": "https://id.example",
    "MCP_JWT_AUDIENCE": "hello3d",
}


@pytest.mark.requirement("X1")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"secret": ""}, "MCP_JWT_SECRET or MCP_JWKS_URL"),
        ({"jwks_url": "https://id.example/keys"}, "not both"),
        ({"secret": "short"}, "at least 32"),
        ({"algorithm": "RS256"}, "HS256 with MCP_JWT_SECRET"),
        ({"secret": "", "jwks_url": "https://id.example/k", "algorithm": "HS256"}, "RS256 or"),
        ({"secret": "", "jwks_url": "http://id.example/k", "algorithm": "RS256"}, "an https URL"),
        ({"secret": "", "jwks_url": "https://a:b@id.example/k", "algorithm": "ES256"}, "password"),
        ({"issuers": []}, "MCP_JWT_ISSUER must be set"),
        ({"audience": ""}, "MCP_JWT_AUDIENCE must be set"),
    ],
)
def test_sign_in_without_a_way_to_check_tokens_is_refused(
    changes: dict[str, Any], told: str
) -> None:
    good: dict[str, Any] = {
        "debug": True,
        "secret": "s" * 32,
        "jwks_url": None,
        "algorithm": "HS256",
        "issuers": ["https://id.example"],
        "audience": "hello3d",
    }
    require_token_settings(**good)
    with pytest.raises(WrongSettingError, match=told):
        require_token_settings(**good | changes)


@pytest.mark.requirement("X1")
def test_the_start_is_refused_without_a_way_to_check_tokens() -> None:
    assert _check(**GOOD_TOKENS).returncode == 0
    refused = _check(**GOOD_TOKENS | {"MCP_JWT_AUDIENCE": ""})
    assert refused.returncode != 0
    assert "MCP_JWT_AUDIENCE must be set" in refused.stderr
