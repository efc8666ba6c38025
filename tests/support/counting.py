"""What a server process with tests/settings_counting.py holds: `GET /test/counters`."""

import asyncio
import sys
import time
from collections.abc import Mapping
from typing import Any

from channels.layers import get_channel_layer
from django.http import HttpRequest, JsonResponse
from django.urls import path

from hello3d import asgi, urls
from sessions_app.wire.channel_layers import LocalChannelLayer
from sessions_app.workers import worker
from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

# Of OpenTelemetry's SDK, redis-py imports the metrics wherever it is installed.
_TRACING = {"opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.proto"}


async def _counters(_: HttpRequest) -> JsonResponse:
    here = await worker.current()
    manager = await asgi.mcp_endpoint.started()
    transports = manager._server_instances.values()
    layer = get_channel_layer()
    return JsonResponse({
        "calls": here.replies.waiting,
        "views": here.view_waits.waiting,
        "requests": sum(browser.open_questions for browser in here.leases),
        "streams": sum(len(transport._request_streams) for transport in transports),
        "transports": manager.open_transports,
        "sessions": len(manager.live),
        "channels": layer.open_channels if isinstance(layer, LocalChannelLayer) else 0,
        "tasks": sum(not _is_wait(task) for task in asyncio.all_tasks()),
        "tracing": len(_TRACING & set(sys.modules)),
    })  # fmt: skip


def _is_wait(task: "asyncio.Task[Any]") -> bool:
    """Whether it is a loop's bounded wait: at one moment the loop has one, at another none."""
    coroutine: Any = task.get_coro()
    return bool(coroutine.__qualname__ == "Event.wait")


urlpatterns = [*urls.urlpatterns, path("test/counters", _counters)]


async def counters(server: ServerProcess) -> dict[str, Any]:
    """How many calls wait, requests to browsers, response streams and so on there are."""
    async with http_client() as http:
        answer = await http.get(f"{server.url}/test/counters")
    counted: dict[str, Any] = answer.json()
    return counted


async def settled(server: ServerProcess, **expected: int) -> dict[str, Any]:
    """The counters once these have come to these values; else as they are after a long while."""
    end = time.monotonic() + WITHIN_SECONDS
    while True:
        counted = await counters(server)
        if expected.items() <= counted.items() or time.monotonic() > end:
            return counted
        await asyncio.sleep(0.05)


async def left_behind(server: ServerProcess, before: Mapping[str, int]) -> dict[str, int]:
    """What there is more of than `before`, once that is nothing; else after a long while."""
    end = time.monotonic() + WITHIN_SECONDS
    while True:
        counted = await counters(server)
        more = {name: counted[name] - before[name] for name in before}
        more = {name: number for name, number in more.items() if number > 0}
        if not more or time.monotonic() > end:
            return more
        await asyncio.sleep(0.05)
