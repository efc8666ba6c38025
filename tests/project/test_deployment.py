"""The files of deploy/: what they run exists and runs, and what they name is there.

nginx and Caddy have tests of their own, in test_proxies.py.
"""

import ipaddress
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from hello3d import settings
from sessions_app.limits.browser_limits import MAX_MESSAGE_BYTES
from sessions_app.management.commands import serve
from sessions_app.web import serving
from tests.support.commands import options_of
from tests.support.documents import ROOT, documented_settings, read, rows, section
from tests.support.ports import ReservedPort
from tests.support.waiting import WITHIN_SECONDS, until

PYTHON = "/opt/hello3d/.venv/bin/python"
SECRET = "a-secret-of-the-tests-that-is-long-enough-for-every-check-there-is"
# Of `check --deploy`: that https is neither enforced nor pinned, which the proxies do.
LEFT_TO_THE_PROXY = {"security.W004", "security.W008"}
LONGEST_STOP_SECONDS = 25  # calls in flight have 10 s, what still hangs has 15
PINNED = re.compile(r"[\w./-]+:\d[\w.-]*")


def require_command(command: list[str]) -> None:
    """Refuse what is no command of manage.py with arguments that it takes."""
    name, *arguments = command
    loaded = load_command_class(get_commands()[name], name)
    loaded.create_parser("manage.py", name).parse_args(arguments)


def checked(environment: dict[str, str]) -> set[str]:
    """The ids of what `check --deploy` warns of, with this environment and no other."""
    found = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT,
        env=environment | {"HELLO3D_ENV_FILE": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_SECONDS,
    )
    assert found.returncode == 0, found.stderr
    return set(re.findall(r"\((\w+\.[EWC]\d+)\)", found.stderr))


# The command


def test_every_option_of_the_server_is_documented_and_no_other() -> None:
    listed = rows(section("docs/operations.md", "One process"))
    documented = {option for cell in listed for option in re.findall(r"^--?[a-z][a-z-]*", cell)}
    assert documented == options_of(serve.Command())
    assert "ADDR:PORT" in listed


def test_what_the_server_sets_is_documented_as_it_is() -> None:
    text = section("docs/operations.md", "One process")
    config = serving.server_config(None)
    assert config.ws_max_size == MAX_MESSAGE_BYTES
    assert f"at most {config.ws_max_size:,} bytes" in text
    assert f"kept for {config.timeout_keep_alive} s" in text
    assert f"{config.timeout_graceful_shutdown} s for what still hangs" in text
    assert {config.access_log, config.proxy_headers, config.ws_per_message_deflate} == {False}


# The image


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n|\\\n\s*", "", read("deploy/Dockerfile"), flags=re.M)
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line]


def of(kind: str) -> list[str]:
    return [value for name, value in instructions() if name == kind]


def test_the_image_is_built_from_pinned_images_in_two_stages() -> None:
    build, runtime = of("FROM")
    assert PINNED.fullmatch(build.removesuffix(" AS build"))
    assert PINNED.fullmatch(runtime)
    assert "slim" in runtime
    assert build.split("-")[0] == runtime.split("-")[0]  # the environment names its Python by path


def test_the_image_fetches_nothing_by_itself_and_holds_no_secret() -> None:
    text = read("deploy/Dockerfile")
    assert of("ADD") == []
    assert not re.search(r"https?://|\bcurl\b|\bwget\b", text)
    assert not re.search(r"SECRET|PASSWORD|TOKEN", text)
    assert "ARG" not in dict(instructions())


def test_the_image_is_built_by_recipes_of_the_makefile() -> None:
    recipes = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    made = [found for line in of("RUN") for found in re.findall(r"make ([a-z -]+)", line)]
    assert made
    assert {name for line in made for name in line.split()} <= recipes


def test_what_the_image_copies_is_in_the_project_and_not_ignored() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    patterns = [line for line in read(".dockerignore").splitlines() if not line.startswith("#")]
    copied = [line.split()[:-1] for line in of("COPY") if not line.startswith("--from")]
    sources = {source for line in copied for source in line} - {"."}
    for source in sources:
        assert any(name == source or name.startswith(f"{source}/") for name in listed), source
        assert source.split("/")[0] not in patterns
    for secret in ("**/.env", "**/*.sqlite3*", ".git", ".venv"):
        assert secret in patterns
    packages = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    assert set(packages) <= {line.split()[-1] for line in of("COPY")}


def test_the_image_runs_our_commands_without_rights() -> None:
    assert of("USER") == ["10001:10001"]
    assert json.loads(of("ENTRYPOINT")[0]) == [PYTHON, "manage.py"]
    require_command(json.loads(of("CMD")[0]))
    _, command = of("HEALTHCHECK")[0].split("CMD ")
    program, script = json.loads(command)
    assert (program, script) == (PYTHON, "deploy/ready.py")
    assert of("EXPOSE") == [json.loads(of("CMD")[0])[1].split(":")[1]]


def test_the_image_alone_needs_a_key_and_an_address() -> None:
    own = dict(shlex.split(pair)[0].split("=", 1) for line in of("ENV") for pair in line.split())
    given = {"DJANGO_SECRET_KEY": SECRET, "PUBLIC_ORIGIN": "https://scenes.example.org"}
    assert checked(own | given) == LEFT_TO_THE_PROXY
    assert own["MEDIA_ROOT"].startswith(f"{of('VOLUME')[0]}/")  # all else is read-only
    [user] = [line for line in of("RUN") if "useradd" in line]
    assert f"install --directory --owner=10001 --group=10001 {own['MEDIA_ROOT']}" in user


# Containers


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("deploy/compose.yaml"))
    return loaded


def example_environment() -> dict[str, str]:
    """deploy/.env.example, filled in as it says."""
    text = read("deploy/.env.example")
    assert re.findall(r"^[A-Z0-9_]+=(.+)$", text, re.M) == []  # no value that others know
    names = re.findall(r"^(?:# )?([A-Z0-9_]+)=", text, re.M)
    return dict.fromkeys(names, SECRET) | {
        "HELLO3D_DOMAIN": "scenes.example.org",
        "HELLO3D_WORKERS": "2",
    }


def interpolated(value: str) -> str:
    """A value of compose.yaml, with the variables in it as `docker compose` puts them in."""

    def put(found: re.Match[str]) -> str:
        return example_environment()[found[1]]  # KeyError: the example does not tell of it

    return re.sub(r"\$\{(\w+)(?::[-?][^}]*)?\}", put, value)


def app_environment(compose: dict[str, Any]) -> dict[str, str]:
    app = compose["services"]["app"]
    assert app["env_file"] == ".env"
    own = {name: interpolated(value) for name, value in app["environment"].items()}
    return example_environment() | own


def test_the_containers_settings_are_documented_and_good_for_production(
    compose: dict[str, Any],
) -> None:
    environment = app_environment(compose)
    own = set(compose["services"]["app"]["environment"])
    assert own <= set(documented_settings())
    assert checked(environment) == LEFT_TO_THE_PROXY
    [network] = compose["networks"]["default"]["ipam"]["config"]
    assert network["subnet"] == environment["TRUSTED_PROXIES"]
    assert ipaddress.ip_network(network["subnet"]).is_private


def test_the_containers_run_our_commands(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("migrate", "app"):
        require_command([interpolated(word) for word in services[name]["command"]])
        assert services[name]["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
        assert services[name]["read_only"]
        [kept] = services[name]["volumes"]
        volume, folder = kept.split(":")
        assert volume in compose["volumes"]
        assert f"MEDIA_ROOT={folder}" in of("ENV")[0].split()
        assert services[name]["cap_drop"] == ["ALL"]
    assert services["app"]["healthcheck"]["test"] == ["CMD", PYTHON, "deploy/ready.py"]
    served = services["app"]["command"]
    assert f"app:{served[1].split(':')[1]}" == services["caddy"]["environment"]["HELLO3D_UPSTREAM"]


def test_each_container_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    needed = {name: service.get("depends_on", {}) for name, service in services.items()}
    assert needed["migrate"] == {"db": {"condition": "service_healthy"}}
    assert needed["app"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "cache": {"condition": "service_healthy"},
    }
    assert needed["caddy"] == {"app": {"condition": "service_healthy"}}
    for conditions in needed.values():
        for name, how in conditions.items():
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "test" in services[name]["healthcheck"]


def test_containers_of_others_are_pinned_and_only_the_proxy_is_reached(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"caddy"}
    for name in ("db", "cache", "caddy"):
        assert PINNED.fullmatch(services[name]["image"])
    mounts = [mount for service in services.values() for mount in service.get("volumes", ())]
    for source in {mount.split(":")[0] for mount in mounts}:
        assert source in compose["volumes"] or (ROOT / "deploy" / source).is_file()


def test_the_database_has_a_connection_for_each_place_of_each_worker() -> None:
    size = settings.POSTGRESQL_CONNECTIONS
    assert f"up to {size} connections" in read("deploy/compose.yaml")
    assert f"; {size} connections to PostgreSQL each" in read("deploy/README.md")
    assert int(example_environment()["HELLO3D_WORKERS"]) * size < 100


# systemd


def unit() -> list[tuple[str, str]]:
    lines = read("deploy/hello3d.service").splitlines()
    return [(name, value) for name, _, value in (line.partition("=") for line in lines) if value]


def unit_value(name: str) -> str:
    [value] = [value for key, value in unit() if key == name]
    return value


def unit_environment() -> dict[str, str]:
    """What the process gets: the unit's own variables, and its file, which wins."""
    own = [pair for key, value in unit() if key == "Environment" for pair in value.split()]
    in_file = {"DJANGO_SECRET_KEY": SECRET, "PUBLIC_ORIGIN": "https://scenes.example.org"}
    return dict(pair.split("=", 1) for pair in own) | in_file


def test_the_units_settings_are_good_for_production() -> None:
    assert checked(unit_environment()) == LEFT_TO_THE_PROXY


def test_the_unit_ends_in_order_and_holds_the_process_to_little() -> None:
    assert (unit_value("KillSignal"), unit_value("KillMode")) == ("SIGTERM", "mixed")
    assert int(unit_value("TimeoutStopSec")) > LONGEST_STOP_SECONDS
    held = {name: value for name, value in unit() if name.startswith(("Protect", "Private", "No"))}
    assert held.pop("ProtectSystem") == "strict"
    assert held.pop("ProtectProc") == "invisible"
    assert set(held.values()) == {"yes"}
    assert {"NoNewPrivileges", "ProtectHome", "PrivateTmp"} <= set(held)
    assert unit_value("User") not in ("root", "")
    assert (
        unit_environment()["DATABASE_URL"]
        == f"sqlite:////var/lib/{unit_value('StateDirectory')}/db.sqlite3"
    )
    assert unit_environment()["MEDIA_ROOT"] == f"/var/lib/{unit_value('StateDirectory')}/media"


def test_systemd_takes_the_unit_where_there_is_one(tmp_path: Path) -> None:
    sections = [line for line in read("deploy/hello3d.service").splitlines() if line[:1] == "["]
    assert sections == ["[Unit]", "[Service]", "[Install]"]
    verify = shutil.which("systemd-analyze")
    if verify is None:
        return
    copy = tmp_path / "hello3d.service"
    text = read("deploy/hello3d.service").replace(PYTHON, sys.executable)
    copy.write_text(text.replace("/opt/hello3d", str(ROOT)))
    found = subprocess.run(
        [verify, "verify", copy],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_SECONDS,
    )
    assert (found.returncode, found.stderr) == (0, "")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """What the unit runs, one after the other, on a port and a file of its own."""
    reserved = ReservedPort()
    port = reserved.number
    environment = os.environ | unit_environment()
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/db.sqlite3"
    words = {PYTHON: sys.executable, "127.0.0.1:8000": f"127.0.0.1:{port}"}
    before, served = (
        [words.get(word, word) for word in unit_value(name).split()]
        for name in ("ExecStartPre", "ExecStart")
    )
    subprocess.run(
        before, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=WITHIN_SECONDS
    )
    with subprocess.Popen(
        served, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        yield process, port
        process.kill()


@pytest.mark.long
@pytest.mark.anyio
async def test_what_the_unit_runs_becomes_ready_and_ends_in_order(
    started: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = started

    def ready() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "deploy/ready.py", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_SECONDS,
        )

    await until(lambda: ready().returncode == 0 or process.poll() is not None)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(WITHIN_SECONDS) == 0
    gone = ready()
    assert gone.returncode == 1
    assert gone.stderr.startswith("no answer: ")
