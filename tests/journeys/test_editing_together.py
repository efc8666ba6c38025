"""A person and a model edit one scene at once: in the end it is the same for everybody."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from random import Random

import pytest
from mcp.client import Client
from playwright.async_api import Browser, Page

from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, error_code
from tests.support.endings import ends_alike, stored_edits
from tests.support.inside import Inside
from tests.support.random_edits import EXPECTED, random_edit
from tests.support.resources import document_of
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

SECONDS = 60
WIDTH, HEIGHT = 480, 320
KEYS = ("ArrowRight", "ArrowUp", "Shift+ArrowUp", "Control+d", "Control+g", "Delete", "Escape")
UNDO_KEYS = ("Control+z", "Control+Shift+z")
ONES = ("box", "ball", "cone")
START = [
    {"kind": kind, "size": [0.5, 0.5, 0.5], "position": [number - 1, 0.25, 0]}
    for number, kind in enumerate(ONES)
]


async def started(client: Client) -> str:
    key = str((await call(client, "open_session", start="empty"))["sessionId"])
    await call(client, "add_objects", scene=key, objects=START)
    view = {"position": [0, 1.1, 5], "look_at": "0, 0.8, 0", "fov": 32}
    await call(client, "set_camera", scene=key, **view)
    return key


async def _person(inside: Inside, chance: Random, until: float) -> Counter[str]:
    """Edits of a page's outbox, several at a time; how they were answered."""
    answers: Counter[str] = Counter()
    under_way: set[asyncio.Task[str]] = set()

    async def edit() -> str:
        _, document = await inside.scene()
        name, given = random_edit(chance, document, is_persons=True)
        outcome = await inside.send(name, **given)
        return "" if outcome["confirmed"] else str(outcome["refusal"]["code"])

    while time.monotonic() < until or under_way:
        if time.monotonic() < until and len(under_way) < 4:
            under_way.add(asyncio.create_task(edit()))
        done, _ = await asyncio.wait(under_way, timeout=chance.uniform(0, 0.3))
        under_way -= done
        answers.update(task.result() for task in done)
    return answers


async def _hands(page: Page, chance: Random, until: float) -> Counter[str]:
    """Clicks into the picture, and keys for what they select."""
    pressed: Counter[str] = Counter()
    while time.monotonic() < until:
        await page.mouse.click(chance.randint(100, WIDTH - 100), chance.randint(120, 240))
        for _ in range(chance.randint(1, 4)):
            key = chance.choice(KEYS + UNDO_KEYS)
            await page.keyboard.press(key)
            pressed[key] += 1
        await asyncio.sleep(chance.uniform(0, 0.5))
    return pressed


async def _model(client: Client, key: str, chance: Random, until: float) -> Counter[str]:
    answers: Counter[str] = Counter()
    while time.monotonic() < until:
        document = await document_of(client, key)
        name, given = random_edit(chance, document, is_persons=False)
        result = await client.call_tool(name, {"scene": key, **given})
        answers[error_code(result) if result.is_error else ""] += 1
        await asyncio.sleep(chance.uniform(0, 0.2))
    return answers


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [1, 2])
async def test_two_pages_and_a_model_that_edit_for_a_minute_end_with_one_scene(
    start_server: StartServer, database_url: str, browser: Browser, seed: int
) -> None:
    limits = {"MCP_RATE_PER_SCENE": "off", "MCP_RATE_PER_CLIENT": "off"}
    server = start_server(database_url, environment=limits)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(client_of(server, "auto"))
        key = await started(client)
        url = f"{server.url}/?sessionId={key}&quality=low"
        pages = [await ScenePage.open(browser, url, width=WIDTH, height=HEIGHT) for _ in range(2)]
        for opened in pages:
            stack.push_async_callback(opened.close)
            await opened.shows(2)
        insides = [await Inside.of(opened.page) for opened in pages]
        until = time.monotonic() + SECONDS
        chances = [Random(100 * seed + number) for number in range(4)]
        own, other, pressed, models = await asyncio.gather(
            _person(insides[0], chances[0], until),
            _person(insides[1], chances[1], until),
            _hands(pages[0].page, chances[2], until),
            _model(client, key, chances[3], until),
        )
        await pages[0].page.keyboard.press("Escape")
        answers = own + other + models
        assert set(answers) - {""} <= EXPECTED, answers
        assert min(own[""], other[""], models[""]) > 10, (own, other, models)
        assert sum(pressed.values()) > 10
        await ends_alike(server, browser, client, key, *insides)
        assert len(stored_edits(server, key)) > 20
        for opened in pages:
            assert opened.complaints == []
    assert "Traceback" not in server.log.read_text()


async def test_a_person_and_a_model_that_edit_at_once_end_with_one_scene(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await started(client)
        lean = await open_browser(shared_server, key)
        url = f"{shared_server.url}/?sessionId={key}&quality=low"
        opened = await ScenePage.open(browser, url, width=WIDTH, height=HEIGHT)
        await opened.shows(2)
        inside = await Inside.of(opened.page)
        until = time.monotonic() + 2
        persons, models = await asyncio.gather(
            _person(inside, Random(1), until), _model(client, key, Random(2), until)
        )
        assert set(persons + models) - {""} <= EXPECTED
        stored = await call(client, "get_scene", scene=key)
        document = await document_of(client, key)
        await lean.reaches(stored["revision"])
        assert await inside.comes_to(stored["revision"]) == lean.document == document
        assert await inside.previewed() == []
        assert len(stored_edits(shared_server, key)) >= min(persons[""], 3)
        assert opened.complaints == []
        await opened.close()
        await lean.close()
