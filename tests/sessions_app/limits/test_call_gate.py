"""Calls under way: so many at once, the others in line, and no flood before anyone else."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from sessions_app.limits import call_gate
from sessions_app.limits.call_gate import CallGate, Permit
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals
from sessions_app.storage import database

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]

MOST, OF_A_LINE = 12, 3


@pytest.fixture
def gate(settings: Any) -> CallGate:
    settings.MCP_MAX_CALLS, settings.MCP_MAX_CALLS_PER_SESSION = MOST, OF_A_LINE
    refusals.take()
    return CallGate()


class Calls:
    """Calls that hold their places until they are let go; `began` has them in order."""

    def __init__(self, gate: CallGate) -> None:
        self._gate = gate
        self._let_go: dict[str, asyncio.Event] = {}
        self.began: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def send(self, *names: str) -> None:
        """Send calls such as "a1": the first letter is what they name."""
        for name in names:
            self._let_go[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._serve(name))
        await self.settle()

    async def end(self, *names: str) -> None:
        for name in names:
            self._let_go[name].set()
        await self.settle()

    async def end_all(self) -> None:
        for event in self._let_go.values():
            event.set()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    async def settle(self) -> None:
        for _ in range(5):  # each step of a call takes a round of the loop
            await asyncio.sleep(0)

    async def _serve(self, name: str) -> None:
        with await self._gate.enter(name[0]):
            self.began.append(name)
            await self._let_go[name].wait()


async def test_one_client_leaves_room_for_others_however_many_scenes_it_has(
    gate: CallGate,
) -> None:
    held = [await gate.enter(f"scene {number}", client="one") for number in range(MOST // 2)]
    with pytest.raises(TooBusyError, match="6 calls of your client"):
        await gate.enter("another scene", client="one")
    assert [limit for limit, _ in refusals.take()] == [Limit.CALLS_PER_CLIENT]
    with await gate.enter("their scene", client="another"), await gate.enter("not counted"):
        pass
    with held.pop():
        pass
    with await gate.enter("another scene", client="one"):
        pass
    for permit in held:
        with permit:
            pass
    assert gate.is_empty


async def test_one_more_waits_and_they_come_in_the_order_in_which_they_were_sent(
    gate: CallGate,
) -> None:
    calls = Calls(gate)
    await calls.send("a1", "a2", "a3", "a4", "a5", "b1")
    assert calls.began == ["a1", "a2", "a3", "b1"]
    await calls.end("a2")
    await calls.send("a6")
    await calls.end("a1", "a4")
    assert calls.began == ["a1", "a2", "a3", "b1", "a4", "a5", "a6"]
    await calls.end_all()
    assert gate.is_empty


async def test_who_waits_too_long_is_told_the_limit_and_what_to_do(
    gate: CallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_gate, "WAIT_SECONDS", 0.05)
    calls = Calls(gate)
    await calls.send("a1", "a2", "a3", "a4", "a5")
    late = [
        await asyncio.gather(calls.tasks[name], return_exceptions=True) for name in ("a4", "a5")
    ]
    [[first], [second]] = late
    assert isinstance(first, TooBusyError)
    assert isinstance(second, TooBusyError)
    assert (first.code, first.retry_after_seconds) == ("busy", 5)
    assert first.message.startswith("3 calls to this scene are in flight")
    assert (first.repeated, second.repeated) == (False, True)
    assert gate.under_way == 3
    await calls.end_all()
    assert gate.is_empty
    assert {limit: number for (limit, _), number in refusals.take().items()} == {
        "calls_per_session": 2
    }


async def test_a_call_that_is_cancelled_in_line_leaves_no_trace(gate: CallGate) -> None:
    calls = Calls(gate)
    await calls.send("a1", "a2", "a3", "a4", "a5", "a6")
    calls.tasks["a4"].cancel()
    await calls.settle()
    assert gate.under_way == 5
    await calls.end("a1")
    assert calls.began[-1] == "a5"
    # The turn of one that is cancelled in the same moment goes to the next.
    await calls.send("a7")
    calls._let_go["a2"].set()
    await asyncio.sleep(0)
    calls.tasks["a6"].cancel()
    await calls.settle()
    assert calls.began[-1] == "a7"
    await calls.end_all()
    assert gate.is_empty


async def test_where_the_process_is_full_the_longest_line_gives_way(gate: CallGate) -> None:
    calls = Calls(gate)
    await calls.send(*(f"a{number}" for number in range(MOST)))
    await calls.send("b1", "b2")
    assert calls.began == ["a0", "a1", "a2", "b1", "b2"]
    assert gate.under_way == MOST
    await calls.send("a99")  # the flood's own next one: refused at once
    dropped = ("a99", f"a{MOST - 1}", f"a{MOST - 2}")
    errors = [calls.tasks[name].exception() for name in dropped]
    assert all(isinstance(error, TooBusyError) for error in errors)
    assert f"{MOST} calls are in flight" in str(errors[0])
    await calls.end_all()
    assert gate.is_empty
    assert {limit: number for (limit, _), number in refusals.take().items()} == {"calls": 3}


async def test_where_all_queues_are_short_one_more_is_refused(gate: CallGate) -> None:
    calls = Calls(gate)
    await calls.send(*(f"{line}{number}" for line in "abcd" for number in range(OF_A_LINE)), "e1")
    assert isinstance(calls.tasks["e1"].exception(), TooBusyError)
    await calls.end("a0")
    await calls.send("e2")
    assert calls.began[-1] == "e2"
    await calls.end_all()
    assert gate.is_empty


async def test_names_that_are_known_to_mean_one_scene_stand_in_one_line(gate: CallGate) -> None:
    gate.alias("b", "a")
    calls = Calls(gate)
    await calls.send("a1", "b1", "b2", "b3", "a2")
    assert calls.began == ["a1", "b1", "b2"]
    await calls.end("a1")
    assert calls.began[-1] == "b3"
    await calls.end_all()
    assert gate.is_empty


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_happens_no_line_holds_more_than_it_may(gate: CallGate, seed: int) -> None:
    chosen, running = random.Random(seed), Counter[str]()

    async def serve(line: str) -> None:
        with await gate.enter(line) as permit:
            running[line] += 1
            try:
                assert max(running.values()) <= OF_A_LINE
                assert sum(running.values()) - gate.aside <= gate.under_way <= MOST
                for step in range(chosen.randrange(4)):
                    if step == 1:
                        permit.try_to_step_aside()
                    await asyncio.sleep(0)
            finally:
                running[line] -= 1

    tasks: list[asyncio.Task[None]] = []
    for _ in range(400):
        tasks.append(asyncio.create_task(serve(chosen.choice("aaaabc"))))
        if chosen.random() < 0.2:
            chosen.choice(tasks).cancel()
        for _ in range(chosen.randrange(3)):
            await asyncio.sleep(0)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes if outcome} <= {
        TooBusyError,
        asyncio.CancelledError,
    }
    assert outcomes.count(None) > 100
    assert gate.is_empty


async def test_who_steps_aside_keeps_the_place_in_line_and_no_other(gate: CallGate) -> None:
    aside = [await gate.enter("a", client="one") for _ in range(OF_A_LINE)]
    for permit in aside:
        permit.step_aside()
        permit.step_aside()  # a second time changes nothing
    assert gate.under_way == 0
    held = [await gate.enter(f"b{number}", client="one") for number in range(MOST // 2)]
    with pytest.raises(TooBusyError, match="6 calls of your client"):
        await gate.enter("c", client="one")
    waits = asyncio.create_task(gate.enter("a", client="another"))
    await asyncio.sleep(0)
    assert not waits.done()  # a scene has no more calls than before
    with aside.pop():
        pass
    for permit in [await waits, *aside, *held]:
        with permit:
            pass
    assert gate.is_empty


async def test_so_many_may_step_aside_of_a_client_and_of_all(gate: CallGate) -> None:
    aside: list[Permit] = []

    async def step_aside(client: str) -> None:
        permit = await gate.enter(f"scene {len(aside)}", client=client)
        try:
            permit.step_aside()
        except TooBusyError:
            with permit:
                raise
        aside.append(permit)

    for client in ("one", "two", "three", "four"):
        for _ in range(MOST):
            await step_aside(client)
        with pytest.raises(TooBusyError, match="Too many calls"):
            await step_aside(client)
    with pytest.raises(TooBusyError, match="Too many calls are waiting for a browser"):
        await step_aside("five")
    assert {limit: number for (limit, _), number in refusals.take().items()} == {
        Limit.CALLS_ASIDE_PER_CLIENT: 3,
        Limit.CALLS_ASIDE: 2,
    }
    with await gate.enter("another", client="one") as _:
        assert (gate.under_way, gate.aside) == (1, 4 * MOST)
    for permit in aside:
        with permit:
            pass
    assert gate.is_empty


@pytest.mark.django_db(transaction=True)
async def test_a_flood_of_one_scene_never_stands_before_the_calls_of_another() -> None:
    gate = CallGate()
    order: list[str] = []

    async def serve(name: str) -> None:
        with await gate.enter(name):
            await database.run(order.append, name)

    flood = [asyncio.create_task(serve("a")) for _ in range(200)]
    await asyncio.sleep(0)
    between = []
    for _ in range(10):
        before = len(order)
        await serve("b")
        between.append(order[before:].count("a"))
    await asyncio.gather(*flood)
    # Those that were at the database already, and those that came to it meanwhile.
    most = 8
    assert max(between) <= 2 * most
    assert Counter(order) == {"a": 200, "b": 10}
