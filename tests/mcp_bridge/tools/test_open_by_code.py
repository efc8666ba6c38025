"""Codes in answers, and `open_session` with the code of a page that waits."""

import asyncio

import pytest
from mcp_types import Implementation

from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.code_pages import CODE, CodePage
from tests.support.servers import ServerProcess
from tests.support.storage import count, newer, rows
from tests.support.times import times

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

CLAUDE = Implementation(name="claude-code", title="Claude Code", version="1")


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("tool", ["get_browser_connection_url", "open_session"])
async def test_an_answer_names_a_code_that_opens_the_scene(
    shared_server: ServerProcess, era: str, tool: str
) -> None:
    async with client_of(shared_server, era) as client:
        answer = await call(client, tool)
        [code] = CODE.findall(answer["message"])
        assert f"they open {shared_server.url}/ and type {code}" in answer["message"]
        async with CodePage.open(shared_server, code=code.lower()) as page:
            joined = await page.receive("sessionRegistered")
            assert joined["sessionId"] == answer["sessionId"]
        async with CodePage.open(shared_server, code=code) as page:
            assert (await page.receive("error"))["code"] == "code_unknown"
        again = await call(client, tool, scene=answer["sessionId"])
        assert CODE.findall(again["message"]) != [code]


@pytest.mark.parametrize("era", ERAS)
async def test_a_page_that_waits_shows_the_clients_scene_once_its_person_agrees(
    shared_server: ServerProcess, era: str
) -> None:
    async with (
        client_of(shared_server, era, info=CLAUDE) as client,
        CodePage.open(shared_server, waiting=True) as page,
    ):
        code = (await page.receive("pairingCode"))["code"]
        agreeing = asyncio.create_task(page.agree())
        answer = await call(client, "open_session", code=code)
        joined = await agreeing
        assert joined["client"] == "Claude Code"
        assert joined["sessionId"] == answer["sessionId"]
        assert answer["created"]
        assert "The person has agreed at their page" in answer["message"]
        assert "Shown in 1 browser." in answer["message"]
        assert not CODE.search(answer["message"])
        assert answer["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        own = {} if era == "legacy" else {"scene": answer["sessionId"]}
        changed = await call(client, "change_model_color", color="teal", **own)
        assert changed["sessionId"] == answer["sessionId"]
        await page.receive("scenePatch")


@pytest.mark.parametrize("era", ERAS)
async def test_it_is_the_scene_that_the_client_steers_already(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        own = {} if era == "legacy" else {"scene": key}
        await call(client, "change_model_color", color="teal", **own)
        async with CodePage.open(shared_server, waiting=True) as page:
            code = (await page.receive("pairingCode"))["code"]
            agreeing = asyncio.create_task(page.agree())
            answer = await call(client, "open_session", code=code, **own)
            joined = await agreeing
        assert (answer["sessionId"], joined["sessionId"]) == (key, key)
        assert joined["revision"] == 1
        assert "created" not in answer


@pytest.mark.parametrize("era", ERAS)
async def test_a_wrong_code_is_refused_and_makes_no_scene(
    shared_server: ServerProcess, era: str
) -> None:
    new = newer(shared_server.database_url, "scenesession")
    async with client_of(shared_server, era) as client:
        for wrong in ("ZZZ-ZZZ", "hello", "x" * 500):
            refused = await client.call_tool("open_session", {"code": wrong})
            assert error_code(refused) == "code_unknown"
            assert "ask the person for the one that their page shows now" in text_of(refused)
            assert wrong not in text_of(refused)
        assert count(shared_server.database_url, "scenesession", new) == 0
        blank = await call(client, "open_session", code=" ")
        assert blank["created"]


async def test_a_call_that_fails_leaves_the_code_valid(shared_server: ServerProcess) -> None:
    async with (
        client_of(shared_server, "auto") as client,
        CodePage.open(shared_server, waiting=True) as page,
    ):
        code = (await page.receive("pairingCode"))["code"]
        unknown = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"
        refused = await client.call_tool("open_session", {"code": code, "scene": unknown})
        assert error_code(refused) == "session_unknown"
        agreeing = asyncio.create_task(page.agree())
        answer = await call(client, "open_session", code=code)
        assert (await agreeing)["sessionId"] == answer["sessionId"]


async def test_the_answer_says_when_the_person_refuses_or_has_not_answered(
    start_server: StartServer, database_url: str
) -> None:
    environment = times({"sessions_app.steering.waiting_pages.AGREE_WITHIN_SECONDS": 1.0})
    server = start_server(database_url, environment=environment)
    async with (
        client_of(server, "legacy") as client,
        CodePage.open(server, waiting=True) as page,
    ):
        code = (await page.receive("pairingCode"))["code"]
        calling = asyncio.create_task(call(client, "open_session", code=code))
        await page.receive("joinRequested")
        await page.send("joinAnswer", accept=False)
        answer = await calling
        assert "did not agree" in answer["message"]
        assert answer["browserUrl"] in answer["message"]
        key = answer["sessionId"]
        code = (await page.receive("pairingCode"))["code"]
        answer = await call(client, "open_session", code=code)
        assert "asks them whether to show this scene" in answer["message"]
        assert answer["sessionId"] == key
        assert (await page.agree())["sessionId"] == key
        shown = await call(client, "get_scene")
        assert shown["browsers"]["connected"] == 1


async def test_codes_are_in_no_log_line_and_no_record_of_calls(
    start_server: StartServer, database_url: str
) -> None:
    environment = {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    server = start_server(database_url, environment=environment)
    codes = []
    async with (
        client_of(server, "auto") as client,
        CodePage.open(server, waiting=True) as page,
    ):
        waiting = await page.receive("pairingCode")
        agreeing = asyncio.create_task(page.agree())
        answer = await call(client, "open_session", code=waiting["code"])
        await agreeing
        await client.call_tool("open_session", {"code": waiting["code"]})
        await page.send("requestPairingCode")
        codes += [waiting["code"], (await page.receive("pairingCode"))["code"]]
        told = await call(client, "get_browser_connection_url", scene=answer["sessionId"])
        codes += CODE.findall(told["message"])
        async with CodePage.open(server, code=codes[-1]) as other:
            await other.receive("sessionRegistered")
        async with CodePage.open(server, code=codes[-1]) as other:
            assert (await other.receive("error"))["code"] == "code_unknown"
    assert len(codes) == 3
    server.stop()
    log = server.log.read_text()
    assert "browser registered" in log
    stored = repr(rows(server.database_url, "SELECT * FROM sessions_app_toolcall"))
    stored += repr(rows(server.database_url, "SELECT * FROM sessions_app_pairingcode"))
    for code in (*codes, waiting["ticket"]):
        for text in (code, code.replace("-", ""), code.lower()):
            assert text not in log
            assert text not in stored
