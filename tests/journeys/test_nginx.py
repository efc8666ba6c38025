"""nginx with TLS, below a path, in front of two workers at Unix sockets; people sign in."""

import asyncio
import contextlib
import json
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from django.core.management import CommandError, call_command
from playwright.async_api import Browser, BrowserContext, expect

from mcp_bridge.transport.authentication import METADATA_PATH
from sessions_app.simulation.servers import PROJECT
from tests.support.browsers import ScenePage
from tests.support.calls import call
from tests.support.proxied import MCP_HEADERS, browser_of, client_of, http_of, next_of
from tests.support.proxies import ROOT_PATH, Name, Proxy
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.stores import PASSWORD, PostgresTemplate, insert_staff
from tests.support.subscribers import Heard
from tests.support.tokens import SIGN_IN, token_of
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

WORKERS = ("one", "two")
FAILURES = 5
AUTHORIZATION_SERVER = "https://id.example"
PRODUCTION = {
    "ROOT_PATH": ROOT_PATH,
    "TRUSTED_PROXIES": "unix",
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "a key of the tests, long enough for production",
}
# As an operator writes it who knows no more of nginx than `proxy_pass`.
CARELESS = {
    "proxy_http_version 1.1;": "proxy_http_version 1.0;",
    "    proxy_set_header Upgrade $hello3d_upgrade;\n": "",
    "    proxy_set_header Connection $hello3d_connection;\n": "",
    "proxy_buffering off;": "proxy_buffering on;",
}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@dataclass(frozen=True)
class Place:
    """What stands in front of the two workers: nginx, and one without what sockets need."""

    nginx: Proxy
    careless: Proxy
    workers: tuple[ServerProcess, ...]


@pytest.fixture(scope="module")
def place(
    postgres_template: PostgresTemplate, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("nginx")
    database_url = postgres_template.copy()
    sockets = {name: folder / f"{name}.sock" for name in WORKERS}
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(sockets["one"]))  # as a server leaves it that was killed
    upstreams = tuple(f"unix:{path}" for path in sockets.values())
    nginx = Proxy("nginx", folder, upstreams, is_below_a_path=True)
    second = folder / "careless"
    second.mkdir()
    careless = Proxy("nginx", second, upstreams, is_below_a_path=True, changes=CARELESS)
    environment = {
        **SIGN_IN,
        **PRODUCTION,
        "PUBLIC_ORIGIN": nginx.url,
        "ALLOWED_ORIGINS": careless.url,
        "MCP_AUTHORIZATION_SERVERS": AUTHORIZATION_SERVER,
        "MCP_FAILURES_PER_CLIENT": f"{FAILURES}/36000",
        "RATE_SHARED_ADDRESSES": "127.0.0.1",
    }
    workers = tuple(
        ServerProcess(
            database_url,
            log=folder / name,
            redis_url=valkey_url,
            instance=name,
            environment=environment,
            unix_socket=path,
        )
        for name, path in sockets.items()
    )
    with contextlib.ExitStack() as stack:
        for worker in workers:
            stack.callback(worker.stop)
            worker.start()
        stack.callback(nginx.stop)
        yield Place(nginx.start(), careless, workers)
    for worker in workers:
        text = worker.log.read_text()
        assert f"Open     {nginx.home}/\n" in text
        assert "Traceback" not in text
        assert not sockets[worker.instance].exists()


async def window(browser: Browser) -> BrowserContext:
    return await browser.new_context(
        ignore_https_errors=True, viewport={"width": 960, "height": 540}
    )


async def test_a_link_opens_its_scene_and_all_that_it_loads_is_below_the_path(
    place: Place, browser: Browser
) -> None:
    home = place.nginx.home
    context = await window(browser)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with client_of(place.nginx, "auto", token=token_of("owner")) as client:
        link = await call(client, "get_browser_connection_url")
        assert link["browserUrl"].startswith(f"{home}/?sessionId=")
        shown = await ScenePage.open_in(page, link["browserUrl"])  # its code signs the person in
        await shown.connected()
        changed = await call(client, "change_model_color", color="teal", scene=link["sessionId"])
        await shown.shows(changed["revision"])
        picture = await client.call_tool("take_screenshot", {"scene": link["sessionId"]})
        assert [block.type for block in picture.content if block.type == "image"] == ["image"]
    await expect(page.locator("#copied-other")).to_have_text(f"{home}/mcp/{link['sessionId']}")
    assert [url for url in asked if not url.startswith((f"{home}/", "data:", "blob:"))] == []
    assert [socket.url for socket in shown.sockets] == [
        f"{home.replace('https', 'wss', 1)}/ws/scene/"
    ]
    assert shown.complaints == []
    # Two workers have served it under one name for the cookies, which go nowhere else.
    cookies = {(one["name"], one["path"], one["secure"]) for one in await context.cookies()}
    name = f"hello3d_{place.nginx.port}"
    assert cookies == {(name, ROOT_PATH, True), (f"{name}_csrf", ROOT_PATH, True)}
    await context.close()


@pytest.mark.long
async def test_staff_sign_in_look_on_and_go_to_a_scene_of_their_own(
    place: Place, browser: Browser
) -> None:
    home = place.nginx.home
    context = await window(browser)
    admin = await ScenePage.open_in(await context.new_page(), f"{home}/admin/")
    page = admin.page
    await expect(page).to_have_url(f"{home}/admin/login/?next={ROOT_PATH}/admin/")
    name = insert_staff(place.workers[0].database_url)
    await page.get_by_label("Username").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await admin.connected()  # the overview's socket
    await page.get_by_role("link", name="View site").click()
    await expect(page).to_have_url(f"{home}/")
    await page.get_by_role("button", name="Start a new scene").click()
    await admin.connected()
    await expect(page).to_have_url(re.compile(f"^{re.escape(home)}/\\?sessionId="))
    await page.goto(f"{home}/api/docs/")
    await expect(page.locator("#docs .opblock").first).to_be_visible()
    assert admin.complaints == []
    await page.goto(f"{home}/")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(f"{home}/accounts/login/")
    await context.close()


async def test_programs_are_led_to_the_sign_in_by_the_hosts_own_root(place: Place) -> None:
    """RFC 9728, section 3.1: the metadata's address has the path of what they are about."""
    nginx = place.nginx
    async with http_of(nginx) as http:
        refused = await http.post(f"{ROOT_PATH}/mcp", json=PING, headers=MCP_HEADERS)
        assert refused.status_code == HTTPStatus.UNAUTHORIZED
        [url] = re.findall(r'resource_metadata="([^"]+)"', refused.headers["www-authenticate"])
        assert url == f"{nginx.url}{METADATA_PATH}{ROOT_PATH}/mcp"
        metadata = (await http.get(url)).json()
        assert metadata["resource"] == f"{nginx.home}/mcp"
        assert metadata["authorization_servers"] == [AUTHORIZATION_SERVER]
        schema = (await http.get(f"{ROOT_PATH}/api/schema/")).json()
        assert schema["servers"] == [{"url": ROOT_PATH}]


async def test_each_clients_failures_count_for_its_own_address(place: Place) -> None:
    async def guess(address: str) -> int:
        """The status of a wrong token that comes from there, and claims to come from elsewhere."""
        transport = httpx2.AsyncHTTPTransport(local_address=address, verify=place.nginx.trust)
        headers = MCP_HEADERS | {
            "authorization": "Bearer wrong",
            "host": "localhost",
            "x-forwarded-for": "203.0.113.9",
        }
        async with httpx2.AsyncClient(transport=transport, timeout=WITHIN_SECONDS) as http:
            url = f"https://127.0.0.1:{place.nginx.port}{ROOT_PATH}/mcp"
            return (await http.post(url, json=PING, headers=headers)).status_code

    guesses = [await guess("127.0.0.2") for _ in range(FAILURES + 1)]
    while guesses[-1] != HTTPStatus.TOO_MANY_REQUESTS and len(guesses) < 4 * FAILURES:
        guesses.append(await guess("127.0.0.2"))  # each worker hears of the other's a little later
    assert set(guesses[:FAILURES]) == {HTTPStatus.UNAUTHORIZED}
    assert guesses[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert await guess("127.0.0.3") == HTTPStatus.UNAUTHORIZED


async def _hears_at_once(proxy: Proxy, database_url: str) -> None:
    """A change that comes by one connection is told on another one's stream."""
    heard, token = Heard(), token_of("listener")
    async with (
        client_of(proxy, "legacy", token=token, message_handler=heard.note) as listener,
        client_of(proxy, "auto", token=token) as painter,
    ):
        await until(lambda: count(database_url, "eventstream") >= 1)
        key = (await call(painter, "get_browser_connection_url"))["sessionId"]
        await listener.subscribe_resource(f"scene://{key}")
        for color in ("navy", "teal"):
            await call(painter, "change_model_color", color=color, scene=key)
            await heard.hears(f"scene://{key}")


@pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning")
async def test_what_a_stream_tells_comes_at_once(place: Place) -> None:
    await _hears_at_once(place.nginx, place.workers[0].database_url)


async def test_the_sockets_are_their_servers_and_its_groups_alone(place: Place) -> None:
    [worker, _] = place.workers
    assert worker.unix_socket is not None
    assert stat.S_IMODE(worker.unix_socket.stat().st_mode) == 0o660
    address = f"unix:{worker.unix_socket}"
    with pytest.raises(CommandError, match=f"The socket {worker.unix_socket} is taken by another"):
        call_command("serve", address)
    ready = [sys.executable, "deploy/ready.py", address]
    await asyncio.to_thread(subprocess.run, ready, cwd=PROJECT, check=True, timeout=WITHIN_SECONDS)


async def test_a_proxy_that_leaves_the_path_is_told_so_and_named(place: Place) -> None:
    [worker, _] = place.workers
    transport = httpx2.AsyncHTTPTransport(uds=str(worker.unix_socket))
    told = f"The proxy before this server leaves {ROOT_PATH} in the paths of requests."
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        for path in ("/", "/mcp", "/admin/"):
            refused = await http.get(f"{ROOT_PATH}{path}")
            assert refused.status_code == HTTPStatus.NOT_FOUND
            assert refused.text.startswith(told)
        assert (await http.get(f"{ROOT_PATH}er/")).status_code == HTTPStatus.NOT_FOUND
        assert (await http.get("/healthz")).status_code == HTTPStatus.OK
    await until(lambda: told in worker.log.read_text())
    assert worker.log.read_text().count(told) == 1


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning")
async def test_where_the_proxy_speaks_http_1_0_and_buffers_all_but_sockets_works(
    place: Place, browser: Browser
) -> None:
    careless = place.careless
    careless.start()
    try:
        await _hears_at_once(careless, place.workers[0].database_url)
        context = await window(browser)
        page = await context.new_page()
        async with client_of(careless, "auto", token=token_of("owner")) as client:
            link = (await call(client, "get_browser_connection_url"))["browserUrl"]
        await page.goto(link.replace(place.nginx.url, careless.url))
        cause = page.get_by_text("The server answers, but no WebSocket to it opens.")
        await expect(cause).to_be_visible()
        await context.close()
    finally:
        careless.stop()


@pytest.mark.long
@pytest.mark.parametrize("name", ["nginx", "caddy"])
async def test_either_proxy_reaches_all_workers_at_one_socket_and_logs_no_key(
    name: Name, postgres_template: PostgresTemplate, valkey_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "http.sock"
    proxy = Proxy(name, tmp_path, (f"unix:{path}",), is_below_a_path=True)
    server = ServerProcess(
        postgres_template.copy(),
        log=tmp_path / "server",
        redis_url=valkey_url,
        environment=PRODUCTION | {"PUBLIC_ORIGIN": proxy.url},
        arguments=("--workers", "2"),
        unix_socket=path,
    )
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        server.start()
        stack.callback(proxy.stop)
        proxy.start()
        async with http_of(proxy, follow_redirects=True) as http:
            start = await http.get(ROOT_PATH)
            assert str(start.url) == f"{proxy.home}/"
            files = re.findall(r'(?:src|href)="(/[^"]+)"', start.text)
            assert files
            for file in files:
                assert (await http.get(file)).status_code == HTTPStatus.OK, file
            assert "Hello3D" not in (await http.get("/admin/")).text
        async with client_of(proxy, "auto") as client:
            key = (await call(client, "get_browser_connection_url"))["sessionId"]
            for color in ("navy", "teal"):
                async with browser_of(proxy, key) as socket:
                    await next_of(socket, "sessionRegistered")
                    await call(client, "change_model_color", color=color, scene=key)
                    patch = await next_of(socket, "scenePatch")
                    shown = {"revision": patch["revision"], "visible": True}
                    await socket.send(json.dumps({"type": "sceneApplied", **shown}))
        async with http_of(proxy) as http:
            await http.get(f"{ROOT_PATH}/?sessionId={key}")
            await http.get(f"{ROOT_PATH}/open/{key}")
            await http.post(f"{ROOT_PATH}/mcp/{key}", json=PING, headers=MCP_HEADERS)
        served = (f"{ROOT_PATH}/mcp/-", f"{ROOT_PATH}/open/-")
        await until(lambda: all(word in proxy.logged for word in served))
    assert key not in proxy.logged
    assert not path.exists()
    assert "Traceback" not in server.log.read_text()
