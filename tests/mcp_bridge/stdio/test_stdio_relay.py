"""`manage.py mcp_stdio --connect`: a client on standard input and output, a server elsewhere."""

import socket
import threading
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, HANDSHAKE_ERA, NEWEST_ERA, call, open_scene
from tests.support.ports import ReservedPort
from tests.support.servers import ServerProcess
from tests.support.stdio import StdioProcess, stdio_client_of
from tests.support.storage import count, newer
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("E6")]

NO_DATABASE = "sqlite:////nowhere/at/all.sqlite3"


@pytest.mark.parametrize("era", HANDSHAKE_ERA)
async def test_calls_reach_the_servers_page_and_their_answers_the_client(
    shared_server: ServerProcess, browser: Browser, era: str
) -> None:
    new = newer(shared_server.database_url, "binding")
    async with stdio_client_of(
        NO_DATABASE, era, "--connect", shared_server.mcp_url, whole=True
    ) as client:
        assert client.protocol_version == {"legacy": "2025-11-25", "auto": "2026-07-28"}[era]
        link = await call(client, "get_browser_connection_url")
        assert link["browserUrl"].startswith(shared_server.url)
        page = await ScenePage.open(browser, link["browserUrl"])
        await page.connected()
        result = await call(client, "change_model_color", color="lime", scene=link["sessionId"])
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await page.shows(1)
        await page.close()
    ended = count(shared_server.database_url, "binding", f"ended_at IS NOT NULL AND {new}")
    assert ended == (1 if era == "legacy" else 0)


async def test_an_address_with_an_edit_key_steers_that_scene(shared_server: ServerProcess) -> None:
    async with stdio_client_of(NO_DATABASE, "auto", "--connect", shared_server.mcp_url) as client:
        key = await open_scene(client)
    bound = f"{shared_server.mcp_url}/{key}"
    for era in ERAS:
        async with stdio_client_of(NO_DATABASE, era, "--connect", bound) as client:
            assert (await call(client, "change_model_color", color="teal"))["sessionId"] == key


@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_a_server_that_comes_back_is_asked_again(server: ServerProcess, era: str) -> None:
    async with stdio_client_of(NO_DATABASE, era, "--connect", server.mcp_url) as client:
        key = await open_scene(client)
        server.kill()
        with pytest.raises(MCPError, match=r"cannot be reached .* Is it running"):
            await client.call_tool("change_model_color", {"color": "teal", "scene": key})
        server.start()
        result = await call(client, "change_model_color", color="teal", scene=key)
        assert result["revision"] == 1


def test_a_server_that_is_down_is_told_of_in_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    nobody = ReservedPort()
    url = f"http://127.0.0.1:{nobody.number}"
    with StdioProcess(NO_DATABASE, log, ("--connect", f"{url}/mcp/secret")) as process:
        for id_ in (1, 2):
            told = process.ask("tools/list", id_=id_)["error"]["message"]
            assert told.startswith(f"The server at {url} cannot be reached (")
        process.write('{"jsonrpc":"2.0","method":"notifications/initialized"}')
        process.write("no JSON")
        assert process.read()["error"]["code"] == -32700
        assert process.close() == ""
        assert process.ended() == 0
    text = log.read_text()
    assert text.count(f"The server at {url} cannot be reached (") == 1  # it is a line a minute
    assert "secret" not in text
    assert "Traceback" not in text


def test_a_refusal_reaches_the_client_as_the_answer_to_its_request(
    shared_server: ServerProcess, tmp_path: Path
) -> None:
    refusals = {
        "/scenes/": "answered HTTP 403, and not as an MCP server does",
        "/nowhere": f"There is no endpoint here: connect to {shared_server.mcp_url}",
        "/mcp": "Mcp-Session-Id is missing: send initialize first",
    }
    for path, told in refusals.items():
        log = tmp_path / f"{path.strip('/')}.log"
        with StdioProcess(NO_DATABASE, log, ("--connect", shared_server.url + path)) as process:
            assert told in process.ask("tools/list", id_=7)["error"]["message"]
            assert process.close() == ""
            assert process.ended() == 0
        own = told if "answered" in told else "The server refused a message (HTTP 40"
        assert own in log.read_text()


def test_an_answer_that_breaks_off_is_told_of(tmp_path: Path) -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"

    def answer_by_half(listener: socket.socket) -> None:
        for _ in range(2):
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(half)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(WITHIN_SECONDS)
        thread = threading.Thread(target=answer_by_half, args=[listener], daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        with StdioProcess(NO_DATABASE, tmp_path / "log", ("--connect", url)) as process:
            for id_ in (1, 2):
                told = process.ask("ping", id_=id_)["error"]["message"]
                assert "did not answer (" in told
                assert "may have been done" in told
            process.close()
            assert process.ended() == 0
        thread.join(WITHIN_SECONDS)
