"""Clients hear of changes to what they subscribed to: in both eras, on any worker, and no more."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourceUpdated

from mcp_bridge.resources.subscriptions import MAX_LISTEN_STREAMS
from sessions_app.sessions.subscriptions import MAX_SUBSCRIPTIONS
from tests.conftest import StartServer
from tests.support.calls import call, client_of
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.stdio import stdio_client_of
from tests.support.storage import count
from tests.support.stores import PostgresTemplate
from tests.support.subscribers import (
    Heard,
    new_scene,
    paint,
    pair,
    post,
    subscriber,
)
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [
    pytest.mark.anyio,
    # The client would have everyone move on to 2026-07-28.
    pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning"),
]

QUIET_SECONDS = 1.0


async def test_a_handshake_client_hears_of_what_it_subscribed_to(served: ServerProcess) -> None:
    server = served
    key, other = await new_scene(server), await new_scene(server)
    heard = Heard()
    async with subscriber(server, heard) as client:
        announced = client.server_capabilities.resources
        assert announced is not None
        assert announced.subscribe
        await client.subscribe_resource(f"scene://{key}/objects/model")
        await client.subscribe_resource(f"scene://{key}/objects/key")
        await paint(server, key, "teal")
        await heard.hears(f"scene://{key}/objects/model")
        # Made before the stream watched its scene, that change was told of every part.
        await asyncio.sleep(QUIET_SECONDS)
        heard.uris.clear()
        await paint(server, key, "navy", "background")
        await paint(server, other, "red")
        await asyncio.sleep(QUIET_SECONDS)
        assert heard.uris == []
        await client.unsubscribe_resource(f"scene://{key}/objects/model")
        await asyncio.sleep(QUIET_SECONDS)
        await paint(server, key, "red")
        await call(client, "set_key_light_color", color="red", scene=key)
        await heard.hears(f"scene://{key}/objects/key")
        assert f"scene://{key}/objects/model" not in heard.uris
    await until(lambda: count(server.database_url, "eventstream") == 0)


async def test_a_listening_client_hears_of_what_it_named(served: ServerProcess) -> None:
    server = served
    key = await new_scene(server)
    whole, light = f"scene://{key}", f"scene://{key}/objects/fill"
    async with client_of(server, "auto") as client:
        assert client.server_capabilities.resources is not None
        assert client.server_capabilities.resources.subscribe
        unknown = (f"scene://{uuid4()}", "file:///etc/passwd")
        async with client.listen(
            resource_subscriptions=[whole, light, *unknown], tools_list_changed=True
        ) as stream:
            assert stream.honored.resource_subscriptions == [whole, light]
            assert not stream.honored.tools_list_changed
            await paint(server, key, "teal")
            async with asyncio.timeout(WITHIN_SECONDS):
                assert await anext(stream) == ResourceUpdated(uri=whole)
                await call(client, "set_fill_light_intensity", intensity=1, scene=key)
                told = {await anext(stream), await anext(stream)}
            assert told == {ResourceUpdated(uri=whole), ResourceUpdated(uri=light)}
    await until(lambda: count(server.database_url, "eventstream") == 0)


async def test_a_burst_of_changes_is_told_a_few_times_and_the_last_is_never_left_out(
    shared_server: ServerProcess,
) -> None:
    key = await new_scene(shared_server)
    uri = f"scene://{key}/objects/model"
    heard = Heard()
    async with (
        subscriber(shared_server, heard) as client,
        client_of(shared_server, "auto") as painter,
    ):
        await client.subscribe_resource(uri)
        for number in range(60):
            await call(painter, "change_model_color", color=f"#0000{number:02x}", scene=key)
        await heard.hears_of_any()
        await asyncio.sleep(QUIET_SECONDS)
        assert len(heard.uris) < 30
        heard.uris.clear()
        await paint(shared_server, key, "teal")
        await heard.hears(uri)


@pytest.mark.requirement("N10")
async def test_a_change_at_one_worker_is_told_at_another_in_both_eras(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    one, two = pair(start_server, postgres_template.copy(), valkey_url)
    key = await new_scene(one)
    uri = f"scene://{key}/objects/model"
    heard = Heard()
    async with subscriber(one, heard) as client, client_of(one, "auto") as listening:
        await client.subscribe_resource(uri)
        async with listening.listen(resource_subscriptions=[uri]) as stream:
            await paint(two, key, "teal")
            await heard.hears(uri)
            async with asyncio.timeout(WITHIN_SECONDS):
                assert await anext(stream) == ResourceUpdated(uri=uri)


@pytest.mark.requirement("H1")
@pytest.mark.parametrize("scenes", [4, pytest.param(12, marks=pytest.mark.long)])
async def test_many_clients_on_two_workers_each_hear_of_their_own_scene_only(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str, scenes: int
) -> None:
    database_url = postgres_template.copy()
    servers = pair(start_server, database_url, valkey_url)
    keys = [await new_scene(servers[0]) for _ in range(scenes)]
    heard = [Heard() for _ in keys]
    async with AsyncExitStack() as stack:
        for number, key in enumerate(keys):
            there = servers[number % 2]
            client = await stack.enter_async_context(subscriber(there, heard[number]))
            await client.subscribe_resource(f"scene://{key}/environment")
        listening = await stack.enter_async_context(client_of(servers[1], "auto"))
        streams = [
            await stack.enter_async_context(listening.listen(resource_subscriptions=[uri]))
            for uri in (f"scene://{key}" for key in keys)
        ]

        async def repaint(number: int, key: str) -> None:
            async with client_of(servers[(number + 1) % 2], "auto") as painter:
                for color in ("teal", "red", "lime"):
                    await call(painter, "change_background_color", color=color, scene=key)

        await asyncio.gather(*(repaint(number, key) for number, key in enumerate(keys)))
        for key, notes, stream in zip(keys, heard, streams, strict=True):
            await notes.hears_of_any()
            assert set(notes.uris) == {f"scene://{key}/environment"}
            async with asyncio.timeout(WITHIN_SECONDS):
                assert await anext(stream) == ResourceUpdated(uri=f"scene://{key}")
        assert count(database_url, "eventstream") == 2 * scenes
    await until(lambda: count(database_url, "eventstream") == 0)


async def test_a_fifth_stream_for_a_scene_is_refused_until_one_is_closed(
    server: ServerProcess,
) -> None:
    key, other = await new_scene(server), await new_scene(server)
    uris = [f"scene://{key}"]
    async with client_of(server, "auto") as client:
        held = [client.listen(resource_subscriptions=uris) for _ in range(MAX_LISTEN_STREAMS)]
        for stream in held:
            await stream.__aenter__()
        with pytest.raises(MCPError) as refused:
            async with client.listen(resource_subscriptions=uris):
                pass
        assert refused.value.error.code == -32600
        assert "Close one of them" in refused.value.error.message
        async with client.listen(resource_subscriptions=[f"scene://{other}"]):
            pass
        await held.pop().__aexit__(None, None, None)
        await until(lambda: count(server.database_url, "eventstream") == len(held))
        async with client.listen(resource_subscriptions=uris) as again:
            assert again.honored.resource_subscriptions == uris
        for stream in held:
            await stream.__aexit__(None, None, None)
    await until(lambda: count(server.database_url, "eventstream") == 0)


async def test_an_address_of_its_own_has_four_streams_for_all_its_scenes(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment={"RATE_SHARED_ADDRESSES": "192.0.2.0/24"})
    keys = [await new_scene(server) for _ in range(MAX_LISTEN_STREAMS + 1)]
    async with client_of(server, "auto") as client, contextlib.AsyncExitStack() as held:
        for key in keys[:-1]:
            stream = client.listen(resource_subscriptions=[f"scene://{key}"])
            await held.enter_async_context(stream)
        with pytest.raises(MCPError, match="Close one of them"):
            async with client.listen(resource_subscriptions=[f"scene://{keys[-1]}"]):
                pass


async def test_too_many_resources_are_refused_in_both_eras(shared_server: ServerProcess) -> None:
    keys = [await new_scene(shared_server) for _ in range(MAX_SUBSCRIPTIONS // 8 + 1)]
    parts = (
        "",
        "/environment",
        "/history",
        "/objects/model",
        "/objects/key",
        "/objects/fill",
        "/objects/camera",
        "/objects/o1",
    )
    uris = [f"scene://{key}{part}" for key in keys for part in parts]
    async with RawClient(shared_server, HANDSHAKE) as raw:
        for uri in uris[:MAX_SUBSCRIPTIONS]:
            assert (await post(raw, "resources/subscribe", uri=uri)).code is None
        refused = await post(raw, "resources/subscribe", uri=uris[MAX_SUBSCRIPTIONS])
        assert refused.code == -32602
        assert "unsubscribe first" in refused.told
        assert (await post(raw, "resources/subscribe", uri=uris[0])).code is None
        assert (await post(raw, "resources/unsubscribe", uri=uris[0])).code is None
        assert (await post(raw, "resources/subscribe", uri=uris[-1])).code is None
    async with client_of(shared_server, "auto") as client:
        with pytest.raises(MCPError) as too_many:
            async with client.listen(resource_subscriptions=uris):
                pass
    assert too_many.value.error.code == -32602


async def test_what_is_no_resource_cannot_be_subscribed_to(shared_server: ServerProcess) -> None:
    key = await new_scene(shared_server)
    async with RawClient(shared_server, HANDSHAKE) as raw:
        for uri in (f"scene://{uuid4()}", f"scene://{key}/objects/shoes", "file:///etc/passwd"):
            assert (await post(raw, "resources/subscribe", uri=uri)).code == -32002
        assert (await post(raw, "resources/unsubscribe", uri=f"scene://{key}")).code is None
    async with RawClient(shared_server, MODERN) as raw:
        answer = await post(raw, "resources/subscribe", uri=f"scene://{key}", _meta=META)
        assert (answer.status, answer.code) == (404, -32601)


async def test_a_scene_that_is_closed_is_told_and_then_not_found(
    shared_server: ServerProcess,
) -> None:
    key = await new_scene(shared_server)
    uri = f"scene://{key}/objects/camera"
    async with client_of(shared_server, "auto") as client:
        async with client.listen(resource_subscriptions=[uri]) as stream:
            await call(client, "close_session", scene=key)
            async with asyncio.timeout(WITHIN_SECONDS):
                assert await anext(stream) == ResourceUpdated(uri=uri)
        with pytest.raises(MCPError):
            await client.read_resource(uri)


async def test_a_server_that_stops_ends_its_streams_with_a_result(server: ServerProcess) -> None:
    key = await new_scene(server)
    async with (
        client_of(server, "auto") as client,
        client.listen(resource_subscriptions=[f"scene://{key}"]) as stream,
    ):
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        async with asyncio.timeout(WITHIN_SECONDS):
            assert [event async for event in stream] == []  # a stream that breaks would raise
        await stopping
    assert count(server.database_url, "eventstream") == 0


@pytest.mark.requirement("E6")
async def test_updates_are_told_on_standard_output_in_both_eras(database_url: str) -> None:
    heard = Heard()
    async with stdio_client_of(database_url, "legacy", message_handler=heard.note) as client:
        key = (await call(client, "change_model_color", color="teal"))["sessionId"]
        await client.subscribe_resource(f"scene://{key}/objects/model")
        await call(client, "change_model_color", color="red")
        await heard.hears(f"scene://{key}/objects/model")
    async with (
        stdio_client_of(database_url, "auto") as client,
        client.listen(resource_subscriptions=[f"scene://{key}"]) as stream,
    ):
        await call(client, "change_model_color", color="teal", scene=key)
        async with asyncio.timeout(WITHIN_SECONDS):
            assert await anext(stream) == ResourceUpdated(uri=f"scene://{key}")
    assert (count(database_url, "eventstream"), count(database_url, "subscription")) == (0, 0)
