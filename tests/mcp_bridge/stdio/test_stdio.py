"""The program as a client's own process: one client on standard input and output, one scene."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import HANDSHAKE_ERA, NEWEST_ERA, call
from tests.support.raw import HANDSHAKE
from tests.support.resources import document_of
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess
from tests.support.stdio import StdioProcess, assert_ended_cleanly, stdio_client_of
from tests.support.storage import count, rows
from tests.support.times import LONGER_THAN_A_TEST, times

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("E6")]


@pytest.mark.parametrize("era", HANDSHAKE_ERA)
async def test_a_client_steers_the_page_at_its_link_without_naming_the_scene(
    database_url: str, browser: Browser, era: str
) -> None:
    async with stdio_client_of(database_url, era, whole=True) as client:
        first = await call(client, "change_model_color", color="maraschino")
        page = await ScenePage.open(browser, first["browserUrl"])
        await page.connected()
        await page.shows(1)
        result = await call(client, "change_model_color", color="lime")
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await page.shows(2)
        red, green, blue = await page.model_pixel()
        assert green > red > blue
        assert page.complaints == []
    await page.becomes(connection="reconnecting")
    await page.close()
    assert rows(database_url, "SELECT close_code FROM sessions_app_pairing") == [(1012,)]
    assert_ended_cleanly(database_url)


@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_simultaneous_first_calls_make_one_scene(database_url: str, era: str) -> None:
    async with stdio_client_of(database_url, era) as client:
        results = await asyncio.gather(
            call(client, "change_model_color", color="teal"),
            call(client, "change_background_color", color="snow"),
            call(client, "get_browser_connection_url"),
        )
        assert len({result["sessionId"] for result in results}) == 1
        scene = await document_of(client, results[0]["sessionId"])
    assert (model_color(scene), scene["environment"]["background"]) == (
        "#008688",
        ["#ffffff"],
    )
    assert count(database_url, "scenesession") == 1
    assert_ended_cleanly(database_url)


async def test_a_process_of_which_nothing_is_asked_leaves_no_scene_and_no_binding(
    database_url: str,
) -> None:
    async with stdio_client_of(database_url, "legacy") as client:
        assert (await client.list_tools()).tools
    assert count(database_url, "scenesession") == 0
    assert count(database_url, "binding") == 0
    assert_ended_cleanly(database_url)


async def test_two_at_once_share_a_new_database_and_nothing_else(
    tmp_path: Path, browser: Browser
) -> None:
    database_url = f"sqlite:///{tmp_path / 'new.sqlite3'}"  # both find that it has no tables
    with (
        StdioProcess(database_url, tmp_path / "one.log") as one,
        StdioProcess(database_url, tmp_path / "two.log") as two,
    ):
        scenes = {
            process: process.call_without_handshake("get_browser_connection_url")
            for process in (one, two)
        }
        assert len({urlsplit(scene["browserUrl"]).port for scene in scenes.values()}) == 2
        pages = {
            process: await ScenePage.open(browser, scene["browserUrl"])
            for process, scene in scenes.items()
        }
        for page in pages.values():
            await page.connected()
        for process, color in ((one, "#ff0000"), (two, "#00ff00")):
            result = process.call_without_handshake("change_background_color", color=color)
            assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        for process, pixel in ((one, (255, 0, 0)), (two, (0, 255, 0))):
            await pages[process].shows(1)
            assert await pages[process].pixel(0.9, 0.5) == pixel
            await pages[process].close()
            process.close()
            assert process.ended() == 0
    assert count(database_url, "scenesession") == 2
    assert_ended_cleanly(database_url)


async def test_a_scene_can_be_taken_up_again_by_a_later_process(database_url: str) -> None:
    async with stdio_client_of(database_url, "auto") as client:
        key = (await call(client, "change_model_color", color="teal"))["sessionId"]
    async with stdio_client_of(database_url, "auto") as client:
        scene = await document_of(client, key)
        assert model_color(scene) == "#008688"
        assert (await call(client, "change_model_color", color="snow"))["sessionId"] != key


STRAY = """
import atexit, os, sys
def stray(event="socket.bind", *_):
    if event == "socket.bind":
        print("stray", flush=True)
        os.system("echo stray; cat")
sys.addaudithook(stray)
atexit.register(stray)
"""


def test_only_messages_go_to_standard_output(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STRAY)
    log = tmp_path / "log"
    environment = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONWARNINGS": "always",
        "LOG_LEVEL": "DEBUG",
    }
    with StdioProcess(database_url, log, environment=environment) as process:
        process.initialize()
        key = process.call("change_model_color", color="teal")["sessionId"]
        assert process.ask("nowhere")["error"]["code"] == -32601
        assert process.close() == ""
        assert process.ended() == 0
    text = log.read_text()
    assert text.count("stray\n") >= 4  # libraries bind sockets too, to see what there is
    assert "the page is served on port" in text
    assert key not in text


def test_a_line_that_is_no_message_is_answered_and_the_next_one_too(
    database_url: str, tmp_path: Path
) -> None:
    refused = {
        "no JSON": -32700,
        "[]": -32600,
        '[{"jsonrpc":"2.0","id":1,"method":"ping"}]': -32600,
        '{"id":1,"method":"ping"}': -32600,
        json.dumps("x" * 3_000_000): -32700,
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", "a": "x" * 70_000}): -32600,
        "[" * 40_000: -32600,
        "[" + "[]," * 21_000 + "[]]": -32600,
    }
    with StdioProcess(database_url, tmp_path / "log") as process:
        for line, code in refused.items():
            process.write(line)
            answer = process.read()
            assert (answer["id"], answer["error"]["code"]) == (None, code)
        process.write("")
        assert process.call_without_handshake("change_model_color", color="teal")["revision"] == 1
        assert process.close() == ""
        assert process.ended() == 0


@pytest.mark.requirement("H4")
@pytest.mark.parametrize("connects", [False, True], ids=["serves", "connects"])
def test_what_is_wrong_with_a_request_is_named_by_its_member(
    shared_server: ServerProcess, database_url: str, tmp_path: Path, *, connects: bool
) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "params must be an object, not a list": {"method": "ping", "params": []},
        "method must be a string, not null": {"method": None},
        "params.name is missing": {"method": "tools/call", "params": {}},
        "params.arguments must be an object, not a list": {
            "method": "tools/call",
            "params": {"name": "get_scene", "arguments": []},
        },
        "params._meta.progressToken must be a string or an integer, not null": {
            "method": "tools/call",
            "params": {"name": "get_scene", "_meta": {"progressToken": None}},
        },
    }
    arguments = ("--connect", shared_server.mcp_url) if connects else ()
    with StdioProcess(database_url, tmp_path / "log", arguments) as process:
        if not connects:
            early = process.ask("tools/list")["error"]["message"]
            assert early == "Send initialize first, then this request"
        process.initialize()
        for told, message in wrong.items():
            process.write(json.dumps({"jsonrpc": "2.0", "id": "a"} | message))
            answer = process.read()
            assert answer["id"] == "a"
            assert told in answer["error"]["message"]
        answer = process.ask("tools/call", {"name": "get_scene", "arguments": "{}"})
        assert "isError" in answer["result"]
        assert process.close() == ""
        assert process.ended() == 0


@pytest.mark.parametrize(
    ("asked", "settled"),
    [("2024-11-05", "2024-11-05"), ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25")],
)
def test_a_handshake_settles_a_version_and_names_the_page(
    database_url: str, tmp_path: Path, asked: str, settled: str
) -> None:
    with StdioProcess(database_url, tmp_path / "log") as process:
        params = {"protocolVersion": asked, "capabilities": {}}
        params |= {"clientInfo": {"name": "raw", "version": "1"}}
        told = process.ask("initialize", params)["result"]
        assert told["protocolVersion"] == settled
        result = process.ask("tools/call", {"name": "get_browser_connection_url"})["result"]
        assert told["serverInfo"]["websiteUrl"] in result["content"][0]["text"]


def test_an_id_of_nought_is_answered_and_an_impossible_one_is_cancelled_by_nobody(
    database_url: str, tmp_path: Path
) -> None:
    # Were a request left, the process would wait for its answer until it is ended with a failure.
    patient = times({"mcp_bridge.stdio.streams.ANSWER_WITHIN_SECONDS": LONGER_THAN_A_TEST})
    with StdioProcess(database_url, tmp_path / "log", environment=patient) as process:
        params = {"protocolVersion": HANDSHAKE, "capabilities": {}}
        params |= {"clientInfo": {"name": "raw", "version": "1"}}
        opening = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        process.write(json.dumps(opening))
        assert process.read()["id"] == 0
        wrongs: tuple[object, ...] = ([], {}, None)
        for wrong in wrongs:
            cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
            process.write(json.dumps(cancel | {"params": {"requestId": wrong}}))
        process.write('{"jsonrpc":"2.0","id":1,"method":"ping"}')
        assert process.read() == {"jsonrpc": "2.0", "id": 1, "result": {}}
        process.close()
        assert process.ended() == 0
