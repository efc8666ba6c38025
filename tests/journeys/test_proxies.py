"""The proxies of deploy/ in front of a real server: the page, sockets, calls, addresses, logs."""

import asyncio
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp.client import Client

from mcp_bridge.transport.messages import MAX_BYTES
from tests.support.calls import ERAS, call, open_scene
from tests.support.forms import token_in
from tests.support.proxied import MCP_HEADERS, browser_of, client_of, http_of, next_of
from tests.support.proxies import Name, Proxy
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import SqliteTemplate
from tests.support.subscribers import Heard
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = pytest.mark.anyio

PROXIES: tuple[Name, ...] = ("nginx", "caddy")
# Where clients of the test come from, which the proxy is not; and what they claim to come from.
ELSEWHERE = "127.0.0.2"
CLAIMED = "203.0.113.9"


@contextlib.contextmanager
def behind(name: Name, folder: Path, database_url: str) -> Iterator[tuple[Proxy, ServerProcess]]:
    server = ServerProcess(database_url, log=folder / "server")
    proxy = Proxy(name, folder, (f"127.0.0.1:{server.port}",))
    server.environment = {
        "PUBLIC_ORIGIN": proxy.url,
        "TRUSTED_PROXIES": "127.0.0.1",
        "DJANGO_DEBUG": "false",
        "DJANGO_SECRET_KEY": "a key of the tests, long enough for production",
    }
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        server.start()
        stack.callback(proxy.stop)
        yield proxy.start(), server


@pytest.fixture(scope="module", params=PROXIES)
def placed(
    request: pytest.FixtureRequest,
    sqlite_template: SqliteTemplate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Proxy, ServerProcess]]:
    """A proxy and the server behind it, for the tests that end neither."""
    folder = tmp_path_factory.mktemp(request.param)
    with behind(request.param, folder, sqlite_template.copy(folder)) as both:
        yield both


async def test_a_person_starts_a_scene_and_opens_its_page(
    placed: tuple[Proxy, ServerProcess],
) -> None:
    proxy, _ = placed
    async with http_of(proxy) as http:
        start = await http.get("/")
        assert start.status_code == 200
        assert start.headers["strict-transport-security"] == "max-age=31536000"
        files = re.findall(r'(?:src|href)="(/static/[^"]+)"', start.text)
        assert files
        for file in files:
            assert (await http.get(file)).status_code == 200, file
        made = await http.post(
            "/scenes/",
            data={"csrfmiddlewaretoken": token_in(start.text)},
            headers={"origin": proxy.url},
        )
        link = made.headers["location"]
        assert link.startswith(f"{proxy.url}/?sessionId=")
        page = await http.get(link, headers={"referer": link})
        assert page.status_code == 200
        assert f"{proxy.url}/mcp/" in page.text


async def test_a_model_may_be_larger_than_other_bodies_and_is_refused_by_the_server_itself(
    placed: tuple[Proxy, ServerProcess],
) -> None:
    proxy, _ = placed
    async with client_of(proxy, "auto") as client, http_of(proxy) as http:
        key = await open_scene(client)
        large = 3 * 1024 * 1024 * b"x"
        sent = {"authorization": f"Session {key}", "content-type": "model/gltf-binary"}
        answer = await http.post("/api/assets/", content=large, headers=sent)
        assert answer.status_code == 422, answer.text
        other = await http.post("/api/sessions/", content=large, headers=sent)
        assert other.status_code == 413


@pytest.mark.parametrize("era", ERAS)
async def test_a_call_reaches_the_browser_and_is_confirmed_by_it(
    placed: tuple[Proxy, ServerProcess], era: str
) -> None:
    proxy, _ = placed
    async with client_of(proxy, era) as client:
        link = await call(client, "get_browser_connection_url")
        assert link["browserUrl"].startswith(f"{proxy.url}/?sessionId=")
        key = link["sessionId"]
        async with browser_of(proxy, key) as socket:
            await next_of(socket, "sessionRegistered")
            await call(client, "change_model_color", color="teal", scene=key)
            patch = await next_of(socket, "scenePatch")
            shown = {"type": "sceneApplied", "revision": patch["revision"], "visible": True}
            await socket.send(json.dumps(shown))
            await _until_confirmed(client, key)


async def _until_confirmed(client: Client, key: str) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            scene = await call(client, "get_scene", scene=key)
            if scene["browsers"]["acknowledged"] == 1:
                return


@pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning")
async def test_what_a_stream_tells_comes_at_once(placed: tuple[Proxy, ServerProcess]) -> None:
    proxy, server = placed
    heard = Heard()
    async with (
        client_of(proxy, "legacy", message_handler=heard.note) as listener,
        client_of(proxy, "auto") as painter,
    ):
        await until(lambda: count(server.database_url, "eventstream") >= 1)
        key = await open_scene(painter)
        await listener.subscribe_resource(f"scene://{key}")
        for color in ("navy", "teal"):
            await call(painter, "change_model_color", color=color, scene=key)
            await heard.hears(f"scene://{key}")


async def test_the_server_sees_who_asks_and_not_who_they_claim_to_be(
    placed: tuple[Proxy, ServerProcess],
) -> None:
    proxy, server = placed
    claims = {"x-forwarded-for": CLAIMED, "x-forwarded-host": "evil.example"}
    async with client_of(proxy, "auto") as client:
        key = await open_scene(client)
    from_elsewhere = {"local_addr": (ELSEWHERE, 0), "additional_headers": claims}
    async with browser_of(proxy, key, **from_elsewhere) as socket:
        await next_of(socket, "sessionRegistered")
    addresses = "SELECT remote_address FROM sessions_app_pairing ORDER BY id DESC LIMIT 1"
    assert rows(server.database_url, addresses) == [(ELSEWHERE,)]


async def test_nobody_is_taken_for_a_process_of_this_machine(
    placed: tuple[Proxy, ServerProcess],
) -> None:
    """Such a process may read the metrics; it comes from loopback, as the proxy does."""
    proxy, server = placed
    async with http_of(proxy) as http:
        assert (await http.get("/readyz")).text.strip() == "ready"
        assert (await http.get("/metrics")).status_code == 403
    async with httpx2.AsyncClient() as beside:
        assert (await beside.get(f"{server.url}/metrics")).status_code == 200


async def test_a_large_token_comes_through_and_a_body_that_is_too_large_does_not(
    placed: tuple[Proxy, ServerProcess],
) -> None:
    proxy, _ = placed
    async with http_of(proxy) as http:
        large = await http.get("/", headers={"authorization": f"Bearer {'x' * 8192}"})
        assert large.status_code == 200
        for size, status in ((MAX_BYTES, 400), (4 * MAX_BYTES + 1, 413)):
            answer = await http.post("/mcp", content=b" " * size, headers=MCP_HEADERS)
            assert answer.status_code == status


@pytest.mark.parametrize("name", PROXIES)
async def test_no_log_of_the_proxy_holds_an_edit_key(
    name: Name, database_url: str, tmp_path: Path
) -> None:
    with behind(name, tmp_path, database_url) as (proxy, server):
        async with client_of(proxy, "auto") as client:
            key = await open_scene(client)
        await _ask_in_every_way(proxy, key, status=200)
        async with browser_of(proxy, key) as socket:
            await next_of(socket, "sessionRegistered")
        server.kill()
        await _ask_in_every_way(proxy, key, status=502)
        served = ("/mcp/-", "/open/-", " 502 " if name == "nginx" else '"status":502')
        await until(lambda: all(word in proxy.logged for word in served))
    assert key not in proxy.logged
    assert "sessionId" not in proxy.logged


async def _ask_in_every_way(proxy: Proxy, key: str, *, status: int) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = MCP_HEADERS | {"referer": f"{proxy.url}/?sessionId={key}"}
    async with http_of(proxy, headers=headers) as http:
        page = await http.get(f"/?sessionId={key}", headers={"accept": "text/html"})
        assert page.status_code == status
        assert (await http.get(f"/open/{key}")).status_code in (404, status)
        await http.post(f"/mcp/{key}?sessionId={key}", json=ping)
        plain = await http.get(f"http://localhost:{proxy.http_port}/?sessionId={key}")
        assert plain.status_code in (301, 308)
        assert plain.headers["location"].startswith("https://localhost")
