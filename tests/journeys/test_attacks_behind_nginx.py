"""What one address can do by its connections where nginx is before two workers."""

import asyncio
import contextlib
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.support import attacks
from tests.support.attacks import (
    CALLS,
    EVERY_SECONDS,
    MAX_TIMES_SLOWER,
    MODERN_CALL,
    QUICK_MS,
    VICTIM,
    Attack,
    largest_file,
    notice,
)
from tests.support.calls import open_scene
from tests.support.proxied import client_of
from tests.support.proxies import HOST, Proxy
from tests.support.raw import call_body
from tests.support.servers import ServerProcess
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate
from tests.support.waiting import WITHIN_SECONDS, until

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


def _waits_for_a_lock(database_url: str) -> bool:
    return bool(rows(database_url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


def _change(edit_key: str, color: str) -> str:
    return call_body("change_model_color", f'{{"scene": "{edit_key}", "color": "{color}"}}')


def _client(base_url: str, transport: httpx2.AsyncHTTPTransport) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=base_url, transport=transport, headers=MODERN_CALL, timeout=WITHIN_SECONDS
    )


class _Calls:
    """Calls that do not wait for each other, and how long each has taken so far."""

    def __init__(self, http: httpx2.AsyncClient, edit_key: str) -> None:
        self._http = http
        self._edit_key = edit_key
        self._took: dict[asyncio.Task[None], float] = {}

    async def send(self) -> float:
        """Send them one by one; the median in ms, once more than half of them are answered."""
        for number in range(CALLS):
            task = asyncio.create_task(self._call(f"#0000{number:02x}"))
            self._took[task] = time.perf_counter()
            await asyncio.sleep(EVERY_SECONDS)
        await until(lambda: sum(task.done() for task in self._took) > CALLS / 2)
        now = time.perf_counter()
        took = [value if task.done() else now - value for task, value in self._took.items()]
        return 1000 * statistics.median(took)

    async def answered(self) -> None:
        await asyncio.gather(*self._took)

    async def _call(self, color: str) -> None:
        begun = time.perf_counter()
        body = call_body(
            "change_model_color", f'{{"scene": "{self._edit_key}", "color": "{color}"}}'
        )
        answer = await self._http.post("/mcp", content=body)
        assert answer.status_code == HTTPStatus.OK, answer.text
        assert '"isError":true' not in answer.text, answer.text
        task = asyncio.current_task()
        assert task is not None
        self._took[task] = time.perf_counter() - begun


async def test_others_notice_little_of_a_worker_that_is_frozen_with_a_scene(place: Place) -> None:
    proxy, [_, frozen] = place
    database_url = frozen.database_url
    async with client_of(proxy, "auto") as client:
        held, other = await open_scene(client), await open_scene(client)
    change = _change(held, "teal")
    straight = httpx2.AsyncHTTPTransport(uds=str(frozen.unix_socket))
    by_nginx = httpx2.AsyncHTTPTransport(verify=proxy.trust)
    of_victim = httpx2.AsyncHTTPTransport(local_address=VICTIM, verify=proxy.trust)
    async with (
        _client("http://localhost", straight) as direct,
        _client(proxy.home, by_nginx) as http,
        _client(proxy.home, of_victim) as others,
    ):
        quiet, attacked = _Calls(others, other), _Calls(others, other)
        quiet_ms = await quiet.send()
        with psycopg.connect(database_url.replace("postgres://", "postgresql://")) as holder:
            holder.execute("LOCK TABLE sessions_app_scenerevision IN SHARE MODE")
            calls = [asyncio.create_task(direct.post("/mcp", content=change))]
            await until(lambda: _waits_for_a_lock(database_url))
            frozen.send(signal.SIGSTOP)
        try:
            calls += [asyncio.create_task(http.post("/mcp", content=change)) for _ in range(8)]
            attacked_ms = await attacked.send()
        finally:
            frozen.send(signal.SIGCONT)
        for answer in await asyncio.gather(*calls):
            assert answer.status_code == HTTPStatus.OK, answer.text
        await attacked.answered()
    print(quiet_ms, attacked_ms)  # noqa: T201 # `-s` shows by how much
    assert attacked_ms <= MAX_TIMES_SLOWER * max(quiet_ms, QUICK_MS)
