"""What the feed tells when messages are lost, what it leaves behind, and streams without HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from channels.layers import get_channel_layer
from mcp.client import Client
from mcp.server.lowlevel import Server
from mcp_types import ResourceUpdatedNotification

from mcp_bridge.endpoint.server import build_server
from mcp_bridge.resources.scene_uris import OBJECT, PARTS
from mcp_bridge.resources.updates import UpdateStream
from mcp_bridge.tools.context import Endpoint, ProtocolSession
from sessions_app import clock
from sessions_app.models import EventStream, SceneSession, Subscription
from sessions_app.sessions.opening import scene_session_open
from sessions_app.sessions.subscriptions import event_stream_open, event_streams_sweep
from sessions_app.storage import database
from sessions_app.web.callers import Caller
from sessions_app.wire.events import scene_group
from sessions_app.workers import scene_feed, worker
from sessions_app.workers.scene_feed import SceneFeed
from sessions_app.workers.worker import Worker
from tests.support.calls import call
from tests.support.waiting import until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning"),
]

Paths = tuple[str, ...] | None


@dataclass(eq=False)
class Noting:
    """A watcher that keeps what it is told."""

    told: list[Paths] = field(default_factory=list)

    def scene_changed(self, _: int, paths: Paths) -> None:
        self.told.append(paths)

    async def hears(self, *told: Paths) -> None:
        await until(lambda: len(self.told) >= len(told))
        assert self.told == list(told)
        self.told.clear()


@pytest.fixture
async def here() -> AsyncIterator[Worker]:
    yield await worker.current()
    await worker.stop()


async def new_scene(revision: int = 0) -> int:
    def create() -> int:
        opened = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
        SceneSession.objects.filter(pk=opened.pk).update(revision=revision)
        return opened.pk

    return await database.run(create)


async def send(scene: int, revision: int, path: str) -> None:
    frame = json.dumps({"type": "scenePatch", "patch": [{"op": "replace", "path": path}]})
    event: dict[str, Any] = {"type": "scene.patched", "revision": revision, "frame": frame}
    await get_channel_layer().group_send(scene_group(scene), event | {"scene_session_id": scene})


async def test_a_gap_is_told_as_a_change_of_nobody_knows_what(here: Worker) -> None:
    scene, watcher = await new_scene(), Noting()
    await here.feed.watch(scene, watcher, revision=0)
    await send(scene, 1, "/objects/o1/material/color")
    await watcher.hears(("/objects/o1/material/color",))
    await send(scene, 3, "/objects/o1/material/color")
    await watcher.hears(None)
    await send(scene, 2, "/objects/o1/material/color")  # late, and told already
    await send(scene, 4, "/environment")
    await watcher.hears(("/environment",))


async def test_a_lost_last_message_and_a_lost_closing_are_found(
    here: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    del here
    scene, watcher = await new_scene(), Noting()
    monkeypatch.setattr(scene_feed, "LOOK_EVERY_SECONDS", 0.02)
    feed = SceneFeed()
    await feed.watch(scene, watcher, revision=0)
    await feed.start()
    rows = SceneSession.objects.filter(pk=scene)
    await database.run(rows.update, revision=1)
    await watcher.hears(None)
    await database.run(rows.update, state=SceneSession.State.CLOSED)
    await watcher.hears(None)
    await asyncio.sleep(0.1)
    assert watcher.told == []
    await feed.stop()


async def test_what_came_before_the_watcher_is_told_to_all_who_have_not_heard(
    here: Worker,
) -> None:
    scene, first, second = await new_scene(), Noting(), Noting()
    await here.feed.watch(scene, first, revision=0)
    await database.run(SceneSession.objects.filter(pk=scene).update, revision=2)
    await here.feed.watch(scene, second, revision=2)
    await first.hears(None)
    assert second.told in ([], [None])


async def test_a_feed_that_nobody_watches_is_in_no_group(here: Worker) -> None:
    layer = get_channel_layer()
    scenes, watchers = [await new_scene() for _ in range(3)], [Noting(), Noting()]
    groups = [scene_group(scene) for scene in scenes]
    for scene in scenes:
        for watcher in watchers:
            await here.feed.watch(scene, watcher, revision=0)
    assert here.feed.watched == 3
    assert [len(layer.members(group)) for group in groups] == [1, 1, 1]
    for watcher in watchers:
        await here.feed.unwatch(scenes, watcher)
        await here.feed.unwatch(scenes, watcher)
    assert here.feed.watched == 0
    assert not any(layer.members(group) for group in groups)


async def test_a_client_that_does_not_read_is_told_once_when_it_does(here: Worker) -> None:
    scene, reads = await new_scene(), asyncio.Event()
    sent: list[str] = []

    async def send_uri(uri: str) -> None:
        sent.append(uri)

    updates = UpdateStream(here.feed)
    await updates.watch("environment", PARTS["environment"], scene, revision=0)
    for id_ in ("o1", "o2", "o20"):
        await updates.watch(id_, replace(OBJECT, path=f"/objects/{id_}"), scene, revision=0)
    running = asyncio.create_task(updates.run(send_uri, is_ready=reads.is_set))
    for revision in range(1, 80):
        await send(scene, revision, "/objects/o2" if revision % 2 else "/objects/o2/color")
    await asyncio.sleep(0.1)
    assert sent == []
    reads.set()
    await until(lambda: bool(sent))
    assert sent == ["o2"]
    running.cancel()
    await updates.close()
    assert here.feed.watched == 0


async def test_slots_of_streams_that_nobody_has_are_given_back(here: Worker) -> None:
    def take() -> int | None:
        return event_stream_open(worker_id=here.id, holder="someone", slots=2)

    first, second = await database.run(take), await database.run(take)
    assert await database.run(take) is None
    assert first is not None
    assert second is not None
    await database.run(event_streams_sweep, here.id, ())
    assert await database.run(take) is None  # they may just have been opened
    old = clock.now() - timedelta(minutes=2)
    await database.run(EventStream.objects.update, opened_at=old)
    await database.run(event_streams_sweep, here.id, (first,))
    assert await database.run(list, EventStream.objects.values_list("pk", flat=True)) == [first]


def server_without_http() -> Server[Any]:
    """The server as a process on standard input and output serves it."""
    session = ProtocolSession("0" * 32, 0, "", 0, "", "")
    return build_server(
        Endpoint(
            path="stdio",
            path_key=None,
            public_origin="http://127.0.0.1:8000",
            remote_address=None,
            user_agent="",
            protocol_session=session,
        )
    )


async def test_a_connection_without_http_carries_its_updates_itself(here: Worker) -> None:
    heard: list[str] = []

    async def note(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            heard.append(str(message.params.uri))

    async with Client(server_without_http(), mode="legacy", message_handler=note) as client:
        key = (await call(client, "change_model_color", color="teal"))["sessionId"]
        uris = [f"scene://{key}/objects/model", f"scene://{key}/history"]
        for uri in uris:
            await client.subscribe_resource(uri)
        await call(client, "change_model_color", color="red")
        await until(lambda: set(uris) <= set(heard))
        assert (here.streams.open, here.feed.watched) == (1, 1)
    await until(lambda: (here.streams.open, here.feed.watched) == (0, 0))
    assert await database.run(Subscription.objects.count) == 0
