"""Edits at two processes that share a database: stored once, in one order, and none held up."""

import asyncio
import json

import psycopg
import pytest

from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

COLOR = "change_model_color"
EDITS, CALLS = 12, 6


def _causes(server: ServerProcess, key: str) -> list[dict[str, str]]:
    """What made each change of a scene, in the order of their revisions, which have no gap."""
    stored = rows(
        server.database_url,
        "SELECT r.revision, r.cause FROM sessions_app_scenerevision r"
        " JOIN sessions_app_scenesession s ON s.id = r.scene_session_id"
        f" WHERE s.edit_key = '{key}' ORDER BY r.revision",
    )
    assert [revision for revision, _ in stored] == list(range(1, len(stored) + 1))
    return [json.loads(cause) for _, cause in stored]


async def test_edits_and_calls_at_two_processes_lose_nothing_and_are_stored_once(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    one, two = [start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two")]
    async with client_of(one, "auto") as here, client_of(two, "auto") as there:
        key = await open_scene(here)
        pages = [await open_browser(server, key) for server in (one, two)]
        colors = [f"#{number:06x}" for number in range(1, EDITS + 1)]
        editing = [
            pages[number % 2].edit(f"edit-{number}", COLOR, {"color": color})
            for number, color in enumerate(colors)
        ]
        calling = [
            call((here, there)[number % 2], COLOR, color=f"#ff00{number:02x}", scene=key)
            for number in range(CALLS)
        ]
        calls = asyncio.gather(*calling)
        answers = await asyncio.gather(*editing)
        await calls
        causes = _causes(one, key)
        assert len(causes) == EDITS + CALLS
        for answer in answers:
            assert causes[answer["revision"] - 1]["editId"] == answer["editId"]
        for page in pages:
            await page.reaches(EDITS + CALLS)
            revisions = [patch["revision"] for patch in page.patches()]
            assert revisions == list(range(1, EDITS + CALLS + 1))
        assert pages[0].document == pages[1].document
        # Sent again where another process holds the connection, as after a reconnect.
        for answer, color in zip(answers, colors, strict=True):
            other = pages[1 - int(answer["editId"].removeprefix("edit-")) % 2]
            assert await other.edit(answer["editId"], COLOR, {"color": color}) == answer
        assert len(_causes(one, key)) == EDITS + CALLS
        for page in pages:
            await page.close()


async def test_an_edit_of_a_scene_that_is_held_is_refused_for_now_and_others_go_on(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    url = postgres_template.copy()
    server = start_server(url)
    async with client_of(server, "auto") as client, client_of(server, "auto") as another:
        held, free = await open_scene(client), await open_scene(another)
        pages = [await open_browser(server, key) for key in (held, free)]
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as holder:
            statement = "SELECT id FROM sessions_app_scenesession WHERE edit_key = %s FOR UPDATE"
            holder.execute(statement, [held])
            waiting = asyncio.create_task(pages[0].edit("one", COLOR, {"color": "teal"}))
            for number in range(5):
                answer = await pages[1].edit(f"{number}", COLOR, {"color": f"#00000{number}"})
                assert answer["type"] == "sceneEdited"
                assert not waiting.done()
            refused = await waiting
            assert (refused["type"], refused["code"]) == ("sceneEditRefused", "busy")
            assert refused["retryAfterSeconds"] > 0
        done = await pages[0].edit("one", COLOR, {"color": "teal"})
        assert (done["type"], done["revision"]) == ("sceneEdited", 1)
        for page in pages:
            await page.close()
