"""What people cost the server who drag objects of one scene: one of them, and ten at once.

While an object is dragged its page sends nothing; its release is an edit, which all pages get.
"""

import asyncio

from bench.lean import MODERN, LeanBrowser, LeanClient
from bench.measuring import measured, report
from sessions_app.simulation.servers import OwnServer

PEOPLE = (1, 10)
SECONDS = 10.0
RELEASE_EVERY_SECONDS = 1.0
TURNS = 3


async def dragging(server: OwnServer, port: int) -> None:
    """Ten people drag at once in a scene that ten look at, or one does; turn and turn about."""
    costs: dict[int, list[float]] = {people: [] for people in PEOPLE}
    for _ in range(TURNS):
        for people in PEOPLE:
            costs[people].append(await _cpu_ms_per_second(server, port, people))
    one, ten = (min(costs[people]) for people in PEOPLE)
    report("dragging", cpu_ms_per_second=costs, ratio=round(ten / one, 2))


async def _cpu_ms_per_second(server: OwnServer, port: int, people: int) -> float:
    client = await LeanClient.open(port, MODERN)
    key = await client.open_scene()
    boxes = [
        {"kind": "box", "name": f"box {number}", "position": [number, 0.5, 0]}
        for number in range(people)
    ]
    await client.call("add_objects", scene=key, objects=boxes)
    pages = [await LeanBrowser.open(port, key, f"bench-{number}") for number in range(people)]
    await asyncio.gather(*(_drag(page, number, 2.0) for number, page in enumerate(pages)))
    async with measured(server.pid) as span:
        await asyncio.gather(*(_drag(page, number, SECONDS) for number, page in enumerate(pages)))
    for page in pages:
        await page.close()
    client.close()
    return round(span.cpu_seconds * 1000 / span.wall_seconds, 2)


async def _drag(page: LeanBrowser, number: int, seconds: float) -> None:
    """Drag an object to another place again and again, out of step with the others."""
    await asyncio.sleep(RELEASE_EVERY_SECONDS * number / max(PEOPLE))
    for turn in range(int(seconds / RELEASE_EVERY_SECONDS)):
        position = [number, 0.5, 0.1 * (turn % 9)]
        change = {"target": f"box {number}", "position": position}
        await page.edit("update_objects", changes=[change])
        await asyncio.sleep(RELEASE_EVERY_SECONDS)
