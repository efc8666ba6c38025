"""The channel layer inside one process: who gets what, and what is dropped."""

import asyncio
import statistics
import time

import pytest

from sessions_app.wire.channel_layers import LocalChannelLayer, Message
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.anyio


async def _received(layer: LocalChannelLayer, channel: str) -> Message:
    async with asyncio.timeout(WITHIN_SECONDS):
        return await layer.receive(channel)


async def _is_silent(layer: LocalChannelLayer, channel: str) -> bool:
    """Whether nothing waits on a channel; a marker that is sent behind it comes first then."""
    await layer.send(channel, {"type": "marker"})
    return bool((await _received(layer, channel))["type"] == "marker")


async def test_a_message_reaches_the_members_of_its_group_only() -> None:
    layer = LocalChannelLayer()
    here, there, outside = [await layer.new_channel() for _ in range(3)]
    for channel in (here, there):
        await layer.group_add("group", channel)
    await layer.group_add("another", outside)
    await layer.group_send("group", {"type": "one"})
    assert [await _received(layer, channel) for channel in (here, there)] == [{"type": "one"}] * 2
    assert await _is_silent(layer, outside)


async def test_who_has_left_a_group_gets_nothing_more() -> None:
    layer = LocalChannelLayer()
    staying, leaving = [await layer.new_channel() for _ in range(2)]
    for channel in (staying, leaving):
        await layer.group_add("group", channel)
        await layer.group_add("group", channel)  # twice is once
    await layer.group_discard("group", leaving)
    await layer.group_discard("group", "never a member")
    await layer.group_discard("no such group", leaving)
    await layer.group_send("group", {"type": "one"})
    assert await _received(layer, staying) == {"type": "one"}
    assert await _is_silent(layer, staying)
    assert await _is_silent(layer, leaving)


async def test_readers_never_see_each_others_changes() -> None:
    layer = LocalChannelLayer()
    first, second = [await layer.new_channel() for _ in range(2)]
    for channel in (first, second):
        await layer.group_add("group", channel)
    await layer.group_send("group", {"type": "one"})
    (await _received(layer, first))["type"] = "changed"
    assert await _received(layer, second) == {"type": "one"}


async def test_a_full_queue_drops_the_newest_and_harms_nobody_else() -> None:
    layer = LocalChannelLayer(capacity=2)
    slow, quick = [await layer.new_channel() for _ in range(2)]
    for channel in (slow, quick):
        await layer.group_add("group", channel)
    for number in range(4):
        await layer.group_send("group", {"type": "numbered", "number": number})
        assert (await _received(layer, quick))["number"] == number
    assert [(await _received(layer, slow))["number"] for _ in range(2)] == [0, 1]
    assert await _is_silent(layer, slow)


async def test_a_reader_that_is_cancelled_is_forgotten() -> None:
    layer = LocalChannelLayer()
    staying, leaving = [await layer.new_channel() for _ in range(2)]
    for channel in (staying, leaving):
        await layer.group_add("group", channel)
    await layer.group_add("alone", leaving)
    reading = asyncio.create_task(layer.receive(leaving))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    for group in ("group", "alone"):
        await layer.group_send(group, {"type": "one"})
    await layer.send(leaving, {"type": "one"})
    assert await _received(layer, staying) == {"type": "one"}
    with pytest.raises(KeyError):
        await layer.receive(leaving)


async def test_flush_forgets_every_channel_and_group() -> None:
    layer = LocalChannelLayer()
    channel = await layer.new_channel("prefix!")
    assert channel.startswith("prefix!")
    await layer.group_add("group", channel)
    await layer.flush()
    await layer.group_send("group", {"type": "one"})
    with pytest.raises(KeyError):
        await layer.receive(channel)


async def _group_send_seconds(groups: int) -> float:
    """The median time of a message to one of so many groups of one member each."""
    layer = LocalChannelLayer()
    channels = [await layer.new_channel() for _ in range(groups)]
    for number, channel in enumerate(channels):
        await layer.group_add(f"group {number}", channel)
    times = []
    for _ in range(300):
        started = time.perf_counter()
        await layer.group_send("group 0", {"type": "one"})
        times.append(time.perf_counter() - started)
        await _received(layer, channels[0])
    return statistics.median(times)


async def test_other_peoples_groups_cost_nothing() -> None:
    few, many = [await _group_send_seconds(groups) for groups in (1, 5_000)]
    assert many < 20 * few  # on Channels' own layer it is 90 times as long
