"""The tool `history` through the official client, beside people at two pages."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp_types import CallToolResult

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.conftest import StartServer
from tests.support.calls import (
    ERAS,
    HANDSHAKE_ERA,
    call,
    client_of,
    error_code,
    open_scene,
    text_of,
)
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N15")]

COLOR = "change_model_color"
TEAL, GOLD, LIME, WHITE = "#008688", "#ffd700", "#83f902", "#ffffff"
CANCELLED_CALLS = 60


async def history(client: Client, key: str, action: str, **given: Any) -> dict[str, Any]:
    return await call(client, "history", scene=key, action=action, **given)


async def refused(client: Client, key: str, action: str, **given: Any) -> CallToolResult:
    arguments = {"scene": key, "action": action, **given}
    result = await client.call_tool("history", arguments)
    assert error_code(result) == "step_refused"
    return result


async def two_pages(server: ServerProcess, key: str) -> list[SimulatedBrowser]:
    return [await open_browser(server, key) for _ in range(2)]


@pytest.fixture
async def pages() -> AsyncIterator[list[SimulatedBrowser]]:
    """Pages that are closed after the test."""
    opened: list[SimulatedBrowser] = []
    yield opened
    for page in opened:
        await page.close()


@pytest.mark.parametrize("era", ERAS)
async def test_what_a_client_undoes_and_redoes_every_page_shows(
    server: ServerProcess, pages: list[SimulatedBrowser], era: str
) -> None:
    async with client_of(server, era) as client:
        key = await open_scene(client)
        pages += await two_pages(server, key)
        for color in (TEAL, GOLD, LIME):
            await call(client, COLOR, scene=key, color=color)
        undone = await history(client, key, "undo", steps="2")  # as some models write numbers
        assert (undone["revision"], undone["undoNext"], undone["redoNext"]) == (4, 1, 2)
        assert "Undid 2 steps:" in undone["message"]
        assert undone["browsers"]["connected"] == 2
        for page in pages:
            await page.reaches(4)
            assert model_color(page.document) == TEAL
        redone = await history(client, key, "redo", expect=2)
        assert redone["revision"] == 5
        for page in pages:
            await page.reaches(5)
            assert model_color(page.document) == GOLD
        cause = pages[0].patches()[-1]["cause"]
        assert (cause["tool"], cause["summary"]) == (
            "history",
            f"Redid: The model is now gold ({GOLD}).",
        )
        late = await open_browser(server, key)  # whole, as the others have it
        pages.append(late)
        assert late.document == pages[0].document == pages[1].document


async def test_undoing_what_was_added_brings_the_bust_back_and_no_id_is_used_again(
    server: ServerProcess, pages: list[SimulatedBrowser]
) -> None:
    table = {"kind": "box", "name": "table", "size": [1.2, 0.75, 0.8]}
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        pages.append(page := await open_browser(server, key))
        start = page.document
        ids = []
        for _ in range(2):
            await call(client, "add_objects", scene=key, objects=[table])
            await page.until(lambda: page.document["objects"].keys() != start["objects"].keys())
            names = {entity["name"]: each for each, entity in page.document["objects"].items()}
            assert "model" not in names  # it has made way
            ids.append(names["table"])
            undone = await history(client, key, "undo")
            assert "No longer there: table." in undone["message"]
            assert "model: bust" in undone["message"]
            await page.reaches(undone["revision"])
            assert page.document["objects"] == start["objects"]
        assert len(set(ids)) == 2


async def test_checkpoints_are_saved_listed_and_restored(
    server: ServerProcess, pages: list[SimulatedBrowser]
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        pages += await two_pages(server, key)
        await call(client, COLOR, scene=key, color=TEAL)
        saved = await history(client, key, "save", name="dawn")
        assert saved["checkpoints"] == [{"name": "dawn", "revision": 1}]
        await call(client, COLOR, scene=key, color=GOLD)
        restored = await history(client, key, "restore", name="dawn")
        assert restored["revision"] == 3
        listed = await history(client, key, "list")
        assert [step["revision"] for step in listed["steps"]] == [3, 2, 1]
        assert {step["by"] for step in listed["steps"]} == {"test client"}
        assert 'Checkpoints, with their revisions: "dawn" (1), start (0).' in listed["message"]
        await history(client, key, "restore", name="start")
        for page, wanted in zip(pages, (WHITE, WHITE), strict=True):
            await page.reaches(4)
            assert model_color(page.document) == wanted
        lost = await client.call_tool(
            "history", {"scene": key, "action": "restore", "name": "noon"}
        )
        assert error_code(lost) == "invalid_argument"
        assert 'Accepted: "dawn", start.' in text_of(lost)


async def test_a_clients_undo_stops_before_a_persons_step_unless_steps_covers_it(
    server: ServerProcess, pages: list[SimulatedBrowser]
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        pages += await two_pages(server, key)
        await call(client, COLOR, scene=key, color=TEAL)
        assert (await pages[0].edit("one", COLOR, {"color": GOLD}))["revision"] == 2
        stopped = await refused(client, key, "undo")
        assert f"2 by the person: The model is now gold ({GOLD})." in text_of(stopped)
        stopped = await refused(client, key, "undo", expect=1, steps=1)
        assert "not 1, but 2 by the person" in text_of(stopped)
        assert (await call(client, "list_sessions", scene=key))["sessions"][0]["revision"] == 2
        undone = await history(client, key, "undo", steps=2)
        assert [step["by"] for step in undone["steps"]] == ["person", "test client"]
        await pages[1].reaches(3)
        assert model_color(pages[1].document) == WHITE


async def test_people_undo_and_redo_what_anybody_did(
    server: ServerProcess, pages: list[SimulatedBrowser]
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        pages += await two_pages(server, key)
        one, other = pages
        await one.edit("paint", COLOR, {"color": TEAL})
        await call(client, COLOR, scene=key, color=GOLD)
        undo = {"action": "undo"}
        assert (await other.edit("undo", "history", undo))["revision"] == 3
        assert (await other.edit("undo", "history", undo))["revision"] == 3  # sent again
        assert (await one.edit("undo-2", "history", undo))["revision"] == 4
        assert (await one.edit("redo", "history", {"action": "redo", "steps": 2}))["revision"] == 5
        for page in pages:
            await page.reaches(5)
            assert model_color(page.document) == GOLD
            summaries = [patch["cause"]["summary"] for patch in page.patches()[2:]]
            assert summaries == [
                f"Undid: The model is now gold ({GOLD}).",
                f"Undid: The model is now teal ({TEAL}).",
                "Redid 2 steps.",
            ]
            assert {patch["cause"]["by"] for patch in page.patches()[2:]} == {"person"}
        nothing = await one.edit("redo-2", "history", {"action": "redo"})
        assert nothing["type"] == "sceneEditRefused"
        assert nothing["code"] == "step_refused"
        listing = await one.edit("list", "history", {"action": "list"})
        assert "Accepted: undo, redo, save, restore." in listing["message"]
        saved = await one.edit("save", "history", {"action": "save", "name": "noon"})
        assert saved["revision"] == 5
        await one.edit("paint-2", COLOR, {"color": LIME})
        restored = await other.edit("restore", "history", {"action": "restore", "name": "noon"})
        assert restored["revision"] == 7
        listed = await history(client, key, "list")
        assert [step["by"] for step in listed["steps"]] == [
            "person", "person", "test client", "person"
        ]  # fmt: skip


async def test_two_clients_that_undo_at_once_undo_a_step_each_or_refuse(
    start_server: StartServer,
    postgres_template: PostgresTemplate,
    valkey_url: str,
    pages: list[SimulatedBrowser],
) -> None:
    url = postgres_template.copy()
    one, two = [start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two")]
    async with client_of(one, "auto") as here, client_of(two, "auto") as there:
        key = await open_scene(here)
        pages += [await open_browser(server, key) for server in (one, two)]
        for number in range(1, 13):
            await call(here, COLOR, scene=key, color=f"#0000{number:02x}")
        undoing = [history(client, key, "undo") for client in (here, there) for _ in range(3)]
        undone = await asyncio.gather(*undoing)
        assert sorted(each["revision"] for each in undone) == list(range(13, 19))
        taken = [each["steps"][0]["revision"] for each in undone]
        assert sorted(taken) == list(range(7, 13))
        arguments = {"scene": key, "action": "undo", "expect": 6}
        racing = [client.call_tool("history", arguments) for client in (here, there)]
        results = await asyncio.gather(*racing)
        assert sorted(result.is_error or False for result in results) == [False, True]
        [loser] = [result for result in results if result.is_error]
        assert 'not 6, but 5 by "test client"' in text_of(loser)
        for page in pages:
            await page.reaches(19)
            assert [patch["revision"] for patch in page.patches()] == list(range(1, 20))
            assert model_color(page.document) == "#000005"
        back = await history(there, key, "redo", steps=100)
        assert len(back["steps"]) == 7


async def _undo_or_redo_and_leave(client: Client, key: str, action: str, seconds: float) -> None:
    with anyio.move_on_after(seconds):
        await client.call_tool("history", {"action": action, "scene": key})


@pytest.mark.parametrize("era", HANDSHAKE_ERA)
async def test_calls_cancelled_at_random_moments_leave_the_line_as_their_revisions_say(
    server: ServerProcess, pages: list[SimulatedBrowser], era: str
) -> None:
    chosen = random.Random(20260728)
    async with client_of(server, era) as client:
        key = await open_scene(client)
        pages.append(page := await open_browser(server, key))
        for number in range(10):
            await call(client, COLOR, scene=key, color=f"#0000{number:02x}")
        for _ in range(CANCELLED_CALLS):
            action = chosen.choice(["undo", "redo"])
            await _undo_or_redo_and_leave(client, key, action, chosen.uniform(0.0005, 0.012))
        await call(client, "get_scene", scene=key)
        await page.reaches(count(server.database_url, "scenerevision"))
        stored = count(server.database_url, "scenerevision")
        assert [patch["revision"] for patch in page.patches()] == list(range(1, stored + 1))
        moves = [patch["cause"]["summary"] for patch in page.patches()[10:]]
        at = 10 + sum(1 if move.startswith("Redid") else -1 for move in moves)
        assert model_color(page.document) == (f"#0000{at - 1:02x}" if at else WHITE)
        listed = await history(client, key, "list")
        assert sum(not step["undone"] for step in listed["steps"]) == at
        assert len(listed["steps"]) == 10


async def test_staff_see_who_undid_what(server: ServerProcess) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, COLOR, scene=key, color=TEAL)
        await history(client, key, "undo")
    query = "SELECT is_step, cause FROM sessions_app_scenerevision ORDER BY revision"
    [_, (is_step, cause)] = rows(server.database_url, query)
    assert not is_step
    assert '"tool":"history"' in cause
    assert '"by":"test client"' in cause
    assert f"Undid: The model is now teal ({TEAL})." in cause
