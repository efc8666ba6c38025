"""Two people at once: each one's calls reach that one's browser and no other."""

import asyncio
import colorsys
import contextlib
import itertools
import json
import random

import pytest
from mcp.client import Client
from mcp_types import INVALID_REQUEST
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, open_scene
from tests.support.raw import HANDSHAKE, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import rows
from tests.support.wire import Wire

pytestmark = pytest.mark.anyio

CALLS_PER_USER = 100
WARM = ("#ff0000", "#ff3300", "#ff6600", "#ff2200", "#ee1100")
COLD = ("#0000ff", "#0033ff", "#0066ff", "#0022ff", "#0011ee")


async def _steer(client: Client, key: str, palette: tuple[str, ...], seed: int) -> list[str]:
    """Call one after another, never the same color twice in a row, and return the colors."""
    chosen = random.Random(seed)
    colors = [palette[0]]
    for _ in range(CALLS_PER_USER):
        colors.append(chosen.choice([color for color in palette if color != colors[-1]]))
        result = await call(client, "change_model_color", color=colors[-1], scene=key)
        assert (result["sessionId"], result["color"]) == (key, colors[-1])
        assert result["revision"] == len(colors) - 1
    return colors[1:]


def _received(page: ScenePage) -> list[tuple[int, str]]:
    """The revision and the model's color of each change that the page was sent."""
    patches = [frame for frame in map(json.loads, page.frames) if frame["type"] == "scenePatch"]
    return [(frame["revision"], frame["patch"][0]["value"]) for frame in patches]


async def _assert_shows(page: ScenePage, color: str) -> None:
    """The model in the picture has the hue that was asked for."""
    await page.shows(CALLS_PER_USER)
    shown = colorsys.rgb_to_hsv(*(value / 255 for value in await page.model_pixel()))
    asked = colorsys.rgb_to_hsv(*(value / 255 for value in bytes.fromhex(color[1:])))
    turn = abs(shown[0] - asked[0])
    assert min(turn, 1 - turn) < 0.03
    assert shown[1] > 0.5


@pytest.mark.requirement("H1")
@pytest.mark.requirement("H2")
@pytest.mark.parametrize(
    "eras",
    [
        ("legacy", "auto"),
        pytest.param(("legacy", "legacy"), marks=pytest.mark.long),
        pytest.param(("auto", "auto"), marks=pytest.mark.long),
    ],
)
async def test_two_users_with_equal_request_ids_never_see_each_others_calls(
    shared_server: ServerProcess, browser: Browser, eras: tuple[str, str]
) -> None:
    wires = Wire(), Wire()
    async with (
        client_of(shared_server, eras[0], wire=wires[0]) as one,
        client_of(shared_server, eras[1], wire=wires[1]) as two,
    ):
        keys = [await open_scene(client) for client in (one, two)]
        pages = [
            await ScenePage.open(
                browser, f"{shared_server.url}/?sessionId={key}", width=640, height=400
            )
            for key in keys
        ]
        for page in pages:
            await page.connected()
        sent = await asyncio.gather(
            _steer(one, keys[0], WARM, seed=1), _steer(two, keys[1], COLD, seed=2)
        )
    assert wires[0].call_ids() == wires[1].call_ids()
    assert len(wires[0].call_ids()) == CALLS_PER_USER + 1
    _assert_interleaved(shared_server, keys)
    for page, own, foreign_key, foreign in (
        (pages[0], sent[0], keys[1], COLD),
        (pages[1], sent[1], keys[0], WARM),
    ):
        await _assert_shows(page, own[-1])
        assert _received(page) == list(enumerate(own, start=1))
        everything = "\n".join(page.frames)
        assert foreign_key not in everything
        assert not any(color in everything for color in foreign)
        assert page.complaints == []
        await page.close()


def _assert_interleaved(server: ServerProcess, keys: list[str]) -> None:
    """The calls of the two users did meet: else the test above would show nothing."""
    one, two = (key.replace("-", "") for key in keys)
    query = (
        "SELECT scene_session_id FROM sessions_app_toolcall WHERE scene_session_id IN (SELECT id"
        f" FROM sessions_app_scenesession WHERE edit_key IN ('{one}', '{two}')) ORDER BY started_at"
    )
    scenes = [scene for (scene,) in rows(server.database_url, query)]
    switches = sum(before != after for before, after in itertools.pairwise(scenes))
    assert switches > CALLS_PER_USER / 2


@pytest.mark.requirement("H2")
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_calls_of_ten_users_with_the_very_same_id_get_their_own_answers(
    shared_server: ServerProcess, era: str
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        users = [await stack.enter_async_context(RawClient(shared_server, era)) for _ in range(10)]
        opener = await stack.enter_async_context(client_of(shared_server, "auto"))
        keys = [await open_scene(opener) for _ in users]

        async def color(number: int) -> None:
            asked = {"color": f"#0000{number:02x}", "scene": keys[number]}
            answer = await users[number].call("change_model_color", json.dumps(asked))
            told = answer.message["result"]["structuredContent"]
            assert answer.message["id"] == 7
            assert (told["sessionId"], told["color"]) == (keys[number], asked["color"])

        await asyncio.gather(*(color(number) for number in range(10)))


async def test_an_id_that_is_under_way_is_refused_rather_than_answered_with_anothers_result(
    shared_server: ServerProcess,
) -> None:
    asked = [json.dumps({"color": f"#0000{number:02x}"}) for number in range(30)]
    async with RawClient(shared_server, HANDSHAKE) as client:
        assert (await client.call("open_session", "{}")).code is None
        answers = await asyncio.gather(*(client.call("change_model_color", each) for each in asked))
    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.code) for answer in refused} == {(400, INVALID_REQUEST)}
    assert "in flight" in refused[0].told
    for each, answer in zip(asked, answers, strict=True):
        if answer not in refused:
            told = answer.message["result"]["structuredContent"]
            assert told["color"] == json.loads(each)["color"]


@pytest.mark.requirement("H2")
@pytest.mark.parametrize("era", ERAS)
async def test_one_client_that_steers_two_scenes_at_once_mixes_nothing(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        keys = [await open_scene(client)]
        async with client_of(shared_server, "auto") as other:
            keys.append(await open_scene(other))
        browsers = [await open_browser(shared_server, key) for key in keys]
        numbers = range(40)
        colors = [f"#{number:02x}00ff" for number in numbers]
        results = await asyncio.gather(
            *(
                call(client, "change_model_color", color=colors[number], scene=keys[number % 2])
                for number in numbers
            )
        )
        for number, result in zip(numbers, results, strict=True):
            assert (result["sessionId"], result["color"]) == (keys[number % 2], colors[number])
        for parity, browser in enumerate(browsers):
            await browser.reaches(20)
            seen = {patch["patch"][0]["value"] for patch in browser.patches()}
            assert seen == set(colors[parity::2])
            await browser.close()
