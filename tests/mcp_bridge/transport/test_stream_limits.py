"""So many streams of notifications are open to one address, unless many people share it."""

from contextlib import AsyncExitStack

import pytest

from mcp_bridge.resources import subscriptions
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.workers import worker
from sessions_app.workers.event_streams import TooManyStreamsError


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("C6")
async def test_an_address_has_so_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_STREAMS_OF_AN_ADDRESS", 2)
    refusals.take()
    async with AsyncExitStack() as stack:
        for address in ("203.0.113.9", "203.0.113.9", "203.0.113.8", *["127.0.0.1"] * 5):
            await stack.enter_async_context(subscriptions.stream_of_address(address))
        with pytest.raises(TooManyStreamsError) as caught:
            await stack.enter_async_context(subscriptions.stream_of_address("203.0.113.9"))
    assert caught.value.limit is Limit.STREAMS_PER_ADDRESS
    async with subscriptions.stream_of_address("203.0.113.9"):
        pass
    assert [limit for limit, _ in refusals.take()] == [Limit.STREAMS_PER_ADDRESS]
    await worker.stop()
