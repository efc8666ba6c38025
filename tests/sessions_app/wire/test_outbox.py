"""Events are sent once the transaction that announced them is committed, and never before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import transaction

from sessions_app.storage import database
from sessions_app.wire import outbox as outboxes
from sessions_app.wire.events import scene_group
from sessions_app.wire.outbox import Outbox, announce_to_scene
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

SCENE = 7


class Listener:
    """A connection that hears of the scene's events."""

    async def join(self) -> None:
        layer = get_channel_layer()
        self._channel = await layer.new_channel()
        await layer.group_add(scene_group(SCENE), self._channel)

    async def hears(self) -> int:
        event: dict[str, Any] = await get_channel_layer().receive(self._channel)
        return int(event["number"])


@pytest.fixture
async def listener() -> Listener:
    made = Listener()
    await made.join()
    return made


@pytest.fixture
async def outbox() -> AsyncIterator[Outbox]:
    made = Outbox()
    made.start()
    yield made
    await made.stop()


def _announce(*numbers: int) -> None:
    for number in numbers:
        announce_to_scene(SCENE, {"type": "counted", "number": number})


@transaction.atomic
def _fail_after_announcing() -> None:
    _announce(0)
    raise ZeroDivisionError


@pytest.mark.usefixtures("outbox")
async def test_what_is_rolled_back_is_not_sent_and_the_rest_in_its_order(
    listener: Listener,
) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.run(_fail_after_announcing)
    await database.run(transaction.atomic(_announce), 1, 2, 3)
    assert [await listener.hears() for _ in range(3)] == [1, 2, 3]


@pytest.mark.usefixtures("outbox")
async def test_nothing_is_sent_before_the_commit(listener: Listener) -> None:
    committed = False

    def work() -> None:
        nonlocal committed
        with transaction.atomic():
            _announce(1)
            # The loop has its turn, and would send what it had been given by now.
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()
            committed = True

    loop = asyncio.get_running_loop()
    working = asyncio.create_task(database.run(work))
    assert await listener.hears() == 1
    assert committed
    await working


async def test_without_an_outbox_whoever_commits_sends(listener: Listener) -> None:
    assert Outbox.of_process is None
    await sync_to_async(_announce, thread_sensitive=False)(1)
    assert await listener.hears() == 1


async def test_a_layer_that_is_slow_holds_up_no_database_thread(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, sent = asyncio.Event(), []

    async def send(scene_session_id: int, event: dict[str, Any]) -> None:
        await free.wait()
        sent.append((scene_session_id, event["number"]))

    monkeypatch.setattr(outboxes, "tell_scene", send)
    await database.run(_announce, 1, 2)
    assert await database.run(lambda: "at work") == "at work"
    assert sent == []
    free.set()
    await until(lambda: sent == [(SCENE, 1), (SCENE, 2)])
    await outbox.stop()


async def test_what_waits_is_sent_as_the_process_ends(outbox: Outbox, listener: Listener) -> None:
    await database.run(_announce, 1, 2)
    await outbox.stop()
    assert [await listener.hears() for _ in range(2)] == [1, 2]


async def test_more_than_can_wait_is_dropped_and_said(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free = asyncio.Event()

    async def send(_: int, __: dict[str, Any]) -> None:
        await free.wait()

    monkeypatch.setattr(outboxes, "tell_scene", send)
    await database.run(_announce, *range(outboxes.MAX_WAITING + 10))
    await until(lambda: "an event is dropped" in caplog.text)
    free.set()
    await outbox.stop()


async def test_where_what_the_layer_waits_for_is_cancelled_the_next_event_is_sent(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent = []

    async def send(_: int, event: dict[str, Any]) -> None:
        if event["number"] == 1:
            raise asyncio.CancelledError
        sent.append(event["number"])

    monkeypatch.setattr(outboxes, "tell_scene", send)
    await database.run(_announce, 1, 2)
    await until(lambda: sent == [2])
    assert "an event is dropped" in caplog.text
    await outbox.stop()
