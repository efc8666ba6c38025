"""A page of a listed origin may speak MCP from the browser; any other's cannot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser

from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.stores import SqliteTemplate

pytestmark = pytest.mark.anyio

LISTED = "https://inspector.example"
OTHER = "https://evil.example"
PRODUCTION = {
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-production",
    "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
}
HEADERS = [
    *("accept", "authorization", "content-type", "last-event-id", "mcp-method", "mcp-name"),
    *("mcp-protocol-version", "mcp-session-id"),
]


class _EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[str]:
    """The origin of a web server that is not ours and has one empty page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _EmptyPage) as pages:
        thread = threading.Thread(target=pages.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{pages.server_port}"
        finally:
            pages.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def listing(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A production server that lists one origin."""
    folder = tmp_path_factory.mktemp("listing")
    environment = PRODUCTION | {"ALLOWED_ORIGINS": LISTED}
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=environment)
    yield server.start()
    server.stop()


async def _ask(url: str, origin: str, **headers: str) -> httpx2.Response:
    sent = {"origin": origin, "access-control-request-method": "POST"}
    async with http_client() as http:
        return await http.options(url, headers=sent | headers)


def _cors_headers(headers: httpx2.Headers) -> list[str]:
    return [name for name in headers if name.startswith("access-control")]


async def test_a_listed_page_is_told_what_it_may_send(listing: ServerProcess) -> None:
    answer = await _ask(listing.mcp_url, LISTED)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == LISTED
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, DELETE"
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert set(allowed) == set(HEADERS) - {"accept"}  # which needs no leave
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [OTHER, "null", f"{LISTED}.evil.example", f"{LISTED}:444"])
async def test_any_other_page_is_refused(listing: ServerProcess, origin: str) -> None:
    answer = await _ask(listing.mcp_url, origin)
    assert answer.status_code == 403
    assert _cors_headers(answer.headers) == []
    async with RawClient(listing, MODERN) as client:
        called = await client.call("get_browser_connection_url", "{}", origin=origin)
    assert called.status == 403
    assert _cors_headers(called.headers) == []
    assert count(listing.database_url, "scenesession") == 0


async def test_a_listed_name_of_a_host_that_is_not_ours_changes_nothing(
    listing: ServerProcess,
) -> None:
    assert (await _ask(listing.mcp_url, LISTED, host="evil.example")).status_code == 421


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_a_listed_page_can_read_results_and_refusals(
    listing: ServerProcess, era: str
) -> None:
    async with RawClient(listing, era) as client:
        answers = [
            await client.call("get_browser_connection_url", "{}", origin=LISTED),
            await client.post("{", extra={"origin": LISTED}),
            await client.post("{}", bare=True, extra={"origin": LISTED, "host": "evil.example"}),
        ]
        plain = await client.call("get_browser_connection_url", "{}")
    assert [answer.status for answer in answers] == [200, 400, 421]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert "Origin" in answer.headers["vary"]
        exposed = answer.headers["access-control-expose-headers"]
        assert exposed == "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate"
        assert "access-control-allow-credentials" not in answer.headers
    assert _cors_headers(plain.headers) == []


async def test_in_development_a_page_of_this_machine_still_has_to_be_listed(
    shared_server: ServerProcess,
) -> None:
    answer = await _ask(shared_server.mcp_url, "http://localhost:6274")
    assert answer.status_code != 204
    assert _cors_headers(answer.headers) == []


SPEAK = """
async ([url, version]) => {
  const accept = "application/json, text/event-stream";
  const headers = { "content-type": "application/json", accept };
  const post = async (message, more) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    return fetch(url, { method: "POST", headers: { ...headers, ...more }, body });
  };
  const clientInfo = { name: "page", version: "1" };
  const params = { protocolVersion: version, capabilities: {}, clientInfo };
  try {
    const opened = await post({ id: 1, method: "initialize", params });
    await opened.text();
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id"),
                      "mcp-protocol-version": version };
    await post({ method: "notifications/initialized" }, session);
    const call = { name: "get_browser_connection_url", arguments: {} };
    const called = await post({ id: 2, method: "tools/call", params: call }, session);
    const text = await called.text();
    const ended = await fetch(url, { method: "DELETE", headers: session });
    return { statuses: [opened.status, called.status, ended.status], text };
  } catch (error) {
    return { failed: error.name };
  }
}
"""


async def _speak(browser: Browser, origin: str, server: ServerProcess) -> dict[str, Any]:
    """What a page of `origin` gets when it speaks MCP to the server."""
    page = await browser.new_page()
    await page.goto(origin)
    told: dict[str, Any] = await page.evaluate(SPEAK, [server.mcp_url, HANDSHAKE])
    await page.close()
    return told


@pytest.mark.requirement("N1")
async def test_a_real_page_speaks_mcp_where_its_origin_is_listed_and_nowhere_else(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    with elsewhere() as listed, elsewhere() as other:
        environment = PRODUCTION | {"ALLOWED_ORIGINS": listed}
        server = start_server(database_url, environment=environment)
        told = await _speak(browser, listed, server)
        assert told["statuses"] == [200, 200, 200]
        assert "sessionId" in told["text"]
        assert count(database_url, "scenesession") == 1
        assert await _speak(browser, other, server) == {"failed": "TypeError"}
        assert count(database_url, "scenesession") == 1
