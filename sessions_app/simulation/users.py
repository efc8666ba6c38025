"""Simulates many users: each client sends its own sequence of colors to its own browser."""

import asyncio
import random
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from mcp.client import Client
from mcp_types import Implementation

from sessions_app.simulation.browsers import SimulatedBrowser

ERAS = ("legacy", "auto")  # the official client's names of the handshake era and the latest one
AT_ONCE = 25


@dataclass(frozen=True)
class Injection:
    """Faults injected before judging, to show that the judge detects them."""

    misroute: int = 0
    drop: int = 0


@dataclass
class Report:
    """The simulation's results; durations are in milliseconds."""

    users: int
    calls: int = 0
    misrouted: int = 0
    lost: int = 0
    disordered: int = 0
    unequal_scenes: int = 0
    durations_ms: list[float] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.misrouted or self.lost or self.disordered or self.unequal_scenes)

    def percentile_ms(self, percent: int) -> float:
        if len(self.durations_ms) == 1:
            return self.durations_ms[0]
        return statistics.quantiles(self.durations_ms, n=100, method="inclusive")[percent - 1]


class _User:
    """A client and its browser, with the colors sent."""

    def __init__(self, number: int, client: Client, browser: SimulatedBrowser) -> None:
        self.number = number
        self.client = client
        self.browser = browser
        self.sent: list[str] = []
        self.material: dict[str, Any] = {}  # of the model, as the client read it last

    async def steer(self, calls: int, pauses: random.Random, report: Report) -> None:
        for step in range(calls):
            color = f"#{self.number * calls + step:06x}"  # unique to this user
            await asyncio.sleep(pauses.uniform(0, 0.01))
            began = time.perf_counter()
            await self._call("change_model_color", color=color)
            report.durations_ms.append((time.perf_counter() - began) * 1000)
            report.calls += 1
            self.sent.append(color)
        [model] = (await self._call("get_scene", targets=["model"]))["objects"]
        self.material = model["material"]

    async def _call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        arguments["scene"] = self.browser.session_id
        result = await self.client.call_tool(tool, arguments)
        if result.is_error or result.structured_content is None:
            raise RuntimeError(f"{tool} was refused: {result.content}")
        structured: dict[str, Any] = result.structured_content
        return structured

    def received(self) -> list[str]:
        return [entry["patch"][0]["value"] for entry in self.browser.patches()]


async def simulate(
    address: str, *, users: int, calls: int, seed: int, injection: Injection | None = None
) -> Report:
    """Run `users` clients (half of each era) with their browsers against a server."""
    report = Report(users)
    pauses = random.Random(seed)  # noqa: S311 - repeatable, not secret
    slots = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        crowd = [await _arrive(stack, address, number) for number in range(users)]

        async def steer(user: _User) -> None:
            async with slots:
                await user.steer(calls, pauses, report)

        await asyncio.gather(*(steer(user) for user in crowd))
        await asyncio.gather(*(_settle(user) for user in crowd))
        received = [user.received() for user in crowd]
        _inject(received, injection or Injection(), pauses)
        for user, colors in zip(crowd, received, strict=True):
            _judge(user, colors, report)
        await asyncio.gather(*(user.browser.close() for user in crowd))
    return report


async def _arrive(stack: AsyncExitStack, address: str, number: int) -> _User:
    info = Implementation(name=f"simulated user {number}", version="1")
    client = Client(f"{address}/mcp", mode=ERAS[number % 2], client_info=info)
    await stack.enter_async_context(client)
    link = await client.call_tool("get_browser_connection_url", {})
    if link.structured_content is None:
        raise RuntimeError(f"no scene could be opened: {link.content}")
    session_id = str(link.structured_content["sessionId"])
    return _User(number, client, await SimulatedBrowser.open(address, session_id))


async def _settle(user: _User) -> None:
    """Wait for messages in flight; those that do not arrive are lost."""
    try:
        await user.browser.reaches(len(user.sent))
    except TimeoutError:
        return


def _inject(received: list[list[str]], injection: Injection, chosen: random.Random) -> None:
    """Copy frames to other browsers and drop frames."""
    real = [list(colors) for colors in received]
    for _ in range(injection.misroute):
        source, target = chosen.sample(range(len(received)), 2)
        received[target].append(chosen.choice(real[source]))
    for _ in range(injection.drop):
        victim = chosen.choice([own for own in received if own])
        victim.pop(0)


def _judge(user: _User, received: list[str], report: Report) -> None:
    sent = set(user.sent)
    own = [color for color in received if color in sent]
    report.misrouted += len(received) - len(own)
    report.lost += len(sent - set(own))
    report.disordered += own != [color for color in user.sent if color in own]
    objects = user.browser.document["objects"].values()
    [model] = [entity for entity in objects if entity["name"] == "model"]
    report.unequal_scenes += model["material"] != user.material
