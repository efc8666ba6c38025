"""What one address can do by its connections where nginx is before two workers."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import attacks
from tests.support.attacks import Attack, largest_file, notice
from tests.support.calls import open_scene
from tests.support.proxied import client_of
from tests.support.proxies import HOST, Proxy
from tests.support.servers import ServerProcess
from tests.support.stores import PostgresTemplate

pytestmark = [pytest.mark.anyio, pytest.mark.long, pytest.mark.requirement("C6")]

ATTACKS: dict[str, tuple[Callable[..., None], str]] = {
    "files that are not read": (attacks.unread_answers, "a file"),
    "empty pieces": (attacks.empty_pieces, ""),
    "pongs": (attacks.pongs, ""),
}
Place = tuple[Proxy, list[ServerProcess]]


@pytest.fixture
def place(postgres_template: PostgresTemplate, valkey_url: str, tmp_path: Path) -> Iterator[Place]:
    database_url = postgres_template.copy()
    sockets = {name: tmp_path / f"{name}.sock" for name in ("one", "two")}
    upstreams = tuple(f"unix:{path}" for path in sockets.values())
    proxy = Proxy("nginx", tmp_path, upstreams)
    environment = {
        "PUBLIC_ORIGIN": proxy.url,
        "ALLOWED_ORIGINS": f"https://{HOST}",  # as attacks name the proxy
        "TRUSTED_PROXIES": "unix",
        "RATE_SHARED_ADDRESSES": "203.0.113.0/24",
        "DJANGO_DEBUG": "false",
        "DJANGO_SECRET_KEY": "a key of the tests, long enough for production",
    }
    workers = [
        ServerProcess(
            database_url,
            log=tmp_path / name,
            redis_url=valkey_url,
            instance=name,
            environment=environment,
            unix_socket=path,
        )
        for name, path in sockets.items()
    ]
    with contextlib.ExitStack() as stack:
        for worker in workers:
            stack.callback(worker.stop)
            worker.start()
        stack.callback(proxy.stop)
        yield proxy.start(), workers


@pytest.mark.parametrize("name", ATTACKS)
async def test_others_notice_little_of_an_attack(place: Place, name: str) -> None:
    proxy, workers = place
    function, path = ATTACKS[name]
    async with client_of(proxy, "auto") as client:
        key = await open_scene(client)
    path = largest_file() if path == "a file" else path
    trust = str(proxy.authority)
    attack = Attack(function, HOST, proxy.port, trust=trust, path=path)
    pids = [worker.pid for worker in workers]
    noticed = notice(attack, pids, f"{proxy.home}/mcp", key, verify=trust)
    print(name, noticed)  # noqa: T201 # `-s` shows by how much
    assert noticed.is_harmless, noticed
