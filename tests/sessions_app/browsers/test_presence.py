"""Every page of a scene hears which AI clients are there, from the first message to the last."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from mcp_types import Implementation

from sessions_app import clock
from sessions_app.browsers.clients import MAX_OF_SCENE, Heard, client_of, clients_store, shown_name
from sessions_app.browsers.presence import PAUSE_BETWEEN_CALLS, presence
from sessions_app.models import ClientPresence, SceneSession
from sessions_app.models.connections import SILENT_AFTER
from sessions_app.people.principals import ANYONE
from sessions_app.sessions.clean_up import clients_delete
from sessions_app.sessions.opening import protocol_session_end
from sessions_app.simulation.browsers import SimulatedBrowser
from sessions_app.storage import database
from sessions_app.workers import clients, worker
from sessions_app.workers.clients import ClientKeeper
from tests.conftest import StartServer
from tests.support.calls import ERAS, call, open_scene
from tests.support.calls import client_of as real_client
from tests.support.clocks import moved
from tests.support.forms import start_scene
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.scene_sockets import join, receive
from tests.support.scenes import make_scene_session
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.stdio import stdio_client_of
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate
from tests.support.tokens import token_of
from tests.support.waiting import until, until_true

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("F4"), pytest.mark.requirement("N7")]

# The tool calls of the scene of an edit key.
CALLS_OF = """SELECT tool FROM sessions_app_toolcall WHERE scene_session_id IN
    (SELECT id FROM sessions_app_scenesession WHERE edit_key = '{}')"""

CODE = Implementation(name="claude-code", title="Claude Code", version="2.1")
OTHER = Implementation(name="cursor", version="1.0")
SECOND = timedelta(seconds=1)


@asynccontextmanager
async def page_of(server: ServerProcess, key: str) -> AsyncIterator[SimulatedBrowser]:
    page = await open_browser(server, key)
    try:
        await page.receives("presence")
        yield page
    finally:
        await page.close()


async def hears(page: SimulatedBrowser, **expected: Any) -> None:
    """Wait until the newest `presence` says this."""

    def said() -> bool:
        frames = page.received("presence")
        return bool(frames) and frames[-1].items() >= expected.items()

    await page.until(said)


def most_clients(page: SimulatedBrowser) -> int:
    return max(int(frame["clients"]) for frame in page.received("presence"))


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_only_lists_is_there_and_gone_once_it_has_left(
    shared_server: ServerProcess, era: str
) -> None:
    server = shared_server
    key, other = await start_scene(server), await start_scene(server)
    async with (
        page_of(server, key) as page,
        page_of(server, key) as witness,
        page_of(server, other) as stranger,
    ):
        await hears(page, browsers=2, clients=0, names=[])
        async with real_client(server, era, f"/{key}", info=CODE) as client:
            for one in (page, witness):
                await hears(one, browsers=2, clients=1, names=["Claude Code"])
            await client.list_tools()
            assert rows(server.database_url, CALLS_OF.format(key.replace("-", ""))) == []
            if era == "auto":  # nothing says that it goes
                return
        for one in (page, witness):
            await hears(one, browsers=2, clients=0, names=[])
        assert most_clients(stranger) == 0


async def call_once(server: ServerProcess, era: str, key: str, *, goodbye: bool) -> None:
    """As clients do that open a connection for each call; many do not say goodbye."""
    async with RawClient(server, era, f"/{key}") as client:
        assert (await client.call("get_scene", "{}")).status == 200
        if goodbye:
            assert (await client.send("DELETE")).status == 200


@pytest.mark.parametrize(
    ("era", "goodbye"), [(HANDSHAKE, True), (HANDSHAKE, False), (MODERN, False)]
)
async def test_a_client_that_opens_a_connection_for_each_call_is_one(
    shared_server: ServerProcess, era: str, goodbye: bool
) -> None:
    server = shared_server
    key = await start_scene(server)
    async with page_of(server, key) as page:
        # So many, because connections that end within a moment are not all written down.
        for _ in range(20):
            await call_once(server, era, key, goodbye=goodbye)
        await asyncio.gather(*(call_once(server, era, key, goodbye=goodbye) for _ in range(30)))
        await hears(page, clients=1, names=["raw"])
        async with page_of(server, key) as late:  # what is true now, whatever was told before
            await hears(late, browsers=2, clients=1, names=["raw"])
        assert most_clients(page) == 1


async def test_clients_of_one_name_that_live_on_are_counted_one_by_one(
    shared_server: ServerProcess,
) -> None:
    server = shared_server
    key = await start_scene(server)
    async with page_of(server, key) as page, AsyncExitStack() as stack:

        async def enter(era: str, info: Implementation) -> None:
            client = await stack.enter_async_context(real_client(server, era, f"/{key}", info=info))
            for color in ("teal", "lime"):
                await call(client, "change_model_color", color=color)

        for number in (1, 2):
            await enter("legacy", CODE)
            await hears(page, clients=number, names=["Claude Code"])
        await enter("auto", OTHER)
        await hears(page, clients=3, names=["cursor", "Claude Code"])
        leaving = real_client(server, "legacy", f"/{key}", info=CODE)
        async with leaving as client:
            for _ in range(2):
                await call(client, "get_scene")
            await hears(page, clients=4)
        await hears(page, clients=3)


async def test_a_client_that_goes_on_is_written_once_and_told_once(server: ServerProcess) -> None:
    key = await start_scene(server)
    async with page_of(server, key) as page:
        async with real_client(server, "legacy", f"/{key}", info=CODE) as client:
            for number in range(30):
                await call(client, "change_model_color", color=f"#0000{number:02}")
            await page.reaches(30)
            written = "SELECT calls FROM sessions_app_clientpresence"
            await until(lambda: rows(server.database_url, written) == [(2,)])
            await hears(page, clients=1)
        await hears(page, clients=0)
    assert [frame["clients"] for frame in page.received("presence")] == [0, 1, 0]


@pytest.mark.parametrize("era", ERAS)
async def test_a_call_at_the_plain_address_is_at_the_scene_that_it_names_or_is_bound_to(
    shared_server: ServerProcess, era: str
) -> None:
    server = shared_server
    key = await start_scene(server)
    async with page_of(server, key) as page:
        async with real_client(server, era, info=CODE) as client:
            await client.list_tools()
            await call(client, "change_model_color", color="teal", scene=key)
            await hears(page, clients=1, names=["Claude Code"])
        async with real_client(server, era, info=OTHER) as client:
            await client.read_resource(f"scene://{key}")
            await hears(page, names=["cursor", "Claude Code"][: 1 if era == "legacy" else 2])
        async with real_client(server, era, info=OTHER) as client:
            refused = await client.call_tool("change_model_size", {"size": "big", "scene": key})
            assert refused.is_error
            await hears(page, clients=1 if era == "legacy" else 2)


@pytest.mark.requirement("N10")
async def test_pages_hear_of_clients_that_come_and_go_at_another_worker(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    one, two = (start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two"))
    key = await start_scene(one)
    async with page_of(one, key) as page, page_of(two, key) as witness:
        async with (
            RawClient(two, HANDSHAKE, f"/{key}") as client,
            RawClient(one, MODERN, f"/{key}") as elsewhere,
        ):
            elsewhere.era, elsewhere.token = HANDSHAKE, client.token
            async with asyncio.TaskGroup() as group:
                group.create_task(hears(page, browsers=2, clients=1, names=["raw"]))
                group.create_task(hears(witness, browsers=2, clients=1, names=["raw"]))
            for at in (elsewhere, client, elsewhere, client):
                assert (await at.call("get_scene", "{}")).status == 200
            assert (await elsewhere.send("DELETE")).status == 200
            for browser in (page, witness):
                await hears(browser, browsers=2, clients=0, names=[])
                assert most_clients(browser) == 1
        async with real_client(two, "auto", f"/{key}", info=CODE):
            for browser in (page, witness):
                await hears(browser, clients=1, names=["Claude Code"])


async def test_a_client_that_starts_the_program_is_gone_when_its_process_ends(
    shared_server: ServerProcess,
) -> None:
    server = shared_server
    key = await start_scene(server)
    nowhere = "sqlite:////nowhere/at/all.sqlite3"
    async with page_of(server, key) as page:
        bound = f"{server.mcp_url}/{key}"
        async with stdio_client_of(nowhere, "legacy", "--connect", bound):
            await hears(page, clients=1, names=["test client"])
        await hears(page, clients=0, names=[])


@pytest.mark.requirement("C4")
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_unknown_keys_leave_nothing_behind(
    start_server: StartServer, database_url: str, era: str
) -> None:
    """A list is no guess: it is answered alike whatever the key, and counts as no failure."""
    environment = {"RATE_SHARED_ADDRESSES": "", "MCP_FAILURES_PER_CLIENT": "1/36000"}
    server = start_server(database_url, environment=environment)
    key = await start_scene(server)
    async with page_of(server, key) as page:
        for path in (f"/{uuid4()}", f"/{uuid4()}"):
            async with RawClient(server, era, path) as client:
                params = {"_meta": META} if era == MODERN else {}
                body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
                answer = await client.post(json.dumps(body), method="tools/list")
                assert answer.status == 200
        async with RawClient(server, era, f"/{key}") as client:
            assert (await client.call("get_scene", "{}")).status == 200
        await hears(page, clients=1)
    assert count(database_url, "clientpresence") == count(database_url, "scenesession") == 1


@pytest.fixture
async def scene(transactional_db: None) -> AsyncIterator[SceneSession]:
    del transactional_db
    yield await database.run(make_scene_session)
    await worker.stop()


def heard(scene: SceneSession, name: str, session: str | None = None, calls: int = 0) -> Heard:
    who = client_of(
        name=name, title="", address="198.51.100.7", protocol_session=session, principal=ANYONE
    )
    return Heard(who, scene.pk, calls)


async def test_a_client_that_falls_silent_is_gone(scene: SceneSession) -> None:
    page = await join(scene)
    await receive(page, "sessionRegistered")
    here = await worker.current()
    here.clients.heard(heard(scene, "Quiet").client, scene.pk)
    while (await receive(page, "presence"))["clients"] != 1:
        pass
    with moved(SILENT_AFTER - SECOND):
        assert await database.run(clients_delete) == 0
        assert (await database.run(presence, scene.pk)).clients == 1
    with moved(SILENT_AFTER + SECOND):
        await here.presence.check_all()
        gone = await receive(page, "presence")
        assert (gone["clients"], gone["names"]) == (0, [])
        await database.run(clients_delete)  # unless the clean-up of this process was faster
        assert not await database.run(ClientPresence.objects.filter(scene_session=scene).exists)
    await page.disconnect()


async def test_a_client_with_a_stream_open_may_be_silent(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = heard(scene, "Quiet", "a" * 32)
    await database.run(clients_store, [quiet])
    monkeypatch.setattr(clients, "WRITE_AGAIN_AFTER_SECONDS", 0)
    keeper = ClientKeeper()
    with keeper.holding("a" * 32), moved(SILENT_AFTER - SECOND):
        late = ClientPresence.objects.filter(heard_at__gt=clock.now() - SECOND)
        keeper.start()
        await until_true(partial(database.run, late.exists))
        await keeper.stop()
    with moved(SILENT_AFTER + SECOND):
        assert (await database.run(presence, scene.pk)).clients == 1


async def test_one_that_comes_back_for_each_call_is_there_between_two(scene: SceneSession) -> None:
    keeper = (await worker.current()).clients
    for session in "abc":
        await database.run(clients_store, [heard(scene, "LangChain", session * 32, calls=1)])
        assert (await database.run(presence, scene.pk)).clients == 1
        await keeper.left(session * 32)
        there = (await database.run(presence, scene.pk)).clients
        assert there == (0 if session == "a" else 1)
    with moved(PAUSE_BETWEEN_CALLS + SECOND):
        assert (await database.run(presence, scene.pk)).clients == 0


async def test_what_was_heard_before_a_client_left_brings_it_not_back(scene: SceneSession) -> None:
    session = "a" * 32
    await database.run(protocol_session_end, session)
    assert await database.run(clients_store, [heard(scene, "Late", session)]) == []
    assert not await database.run(ClientPresence.objects.exists)


async def test_of_a_scene_only_so_many_clients_are_kept(scene: SceneSession) -> None:
    many = [heard(scene, f"client {number}") for number in range(MAX_OF_SCENE + 20)]
    for one in many:
        await database.run(clients_store, [one])
    assert await database.run(ClientPresence.objects.count) == MAX_OF_SCENE
    there = await database.run(presence, scene.pk)
    assert (there.clients, len(there.names)) == (MAX_OF_SCENE, 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Claude Code", "Claude Code"),
        ("  Two\n\twords\x00 ", "Two words"),
        ("\x1b[31mRed\u202egnorw\u200b", "[31mRedgnorw"),
        ("n" * 61, "n" * 60),
        ("\x07", ""),
        ("クロード", "クロード"),
        ("Cla\u2066u\u2069d\u200fe\u061c", "Claude"),
        ("\u3164\u2800\ufeff\u00ad", ""),
        ("Two\u2028more\u00a0words", "Two more words"),
        ("\ud800half", "?half"),
    ],
)
def test_a_name_is_shown_without_what_cannot_be_seen(text: str, shown: str) -> None:
    assert shown_name(text) == shown


@pytest.mark.requirement("C4")
async def test_whoever_may_not_know_of_a_scene_is_not_seen_there(
    sign_in_server: ServerProcess,
) -> None:
    ann, bob = (token_of(f"{name}-{uuid4()}") for name in ("ann", "bob"))
    async with real_client(sign_in_server, "auto", info=OTHER, token=ann) as client:
        key = await open_scene(client)
    hexes = key.replace("-", "")
    query = (
        "SELECT c.name FROM sessions_app_clientpresence c JOIN sessions_app_scenesession s"
        f" ON s.id = c.scene_session_id WHERE s.edit_key = '{hexes}' ORDER BY c.id"
    )

    def seen() -> list[str]:
        return [name for (name,) in rows(sign_in_server.database_url, query)]

    def is_seen(name: str) -> bool:
        return name in seen()

    for era in ERAS:
        for token, info in ((bob, "stranger"), (ann, f"own {era}")):
            who = Implementation(name=info, version="1")
            async with real_client(sign_in_server, era, f"/{key}", info=who, token=token) as client:
                await client.list_tools()
                if token == ann:  # one that has left before it is written down is not
                    await until(partial(is_seen, info))
    assert seen() == ["cursor", "own legacy", "own auto"]
