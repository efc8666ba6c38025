"""Buckets count exactly, forget with time, stay few, and agree once they hear of each other."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.limits.rates import MAX_BUCKETS, Buckets, Rate
from sessions_app.web import origins


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(calls=st.integers(1, 200), seconds=st.integers(1, 3600))
def test_all_calls_may_come_at_once_and_one_more_may_not(calls: int, seconds: int) -> None:
    clock = Clock()
    buckets, rate = Buckets(clock), Rate(calls, seconds)
    assert [buckets.take("a", rate) for _ in range(calls)] == [None] * calls
    refusal = buckets.take("a", rate)
    assert refusal is not None
    assert refusal.wait_seconds == pytest.approx(rate.step)
    assert buckets.take("b", rate) is None
    clock.now += refusal.wait_seconds
    assert buckets.take("a", rate) is None
    assert buckets.take("a", rate) is not None


def test_a_refused_call_does_not_count_and_is_told_once_in_its_time() -> None:
    clock = Clock()
    buckets, rate = Buckets(clock), Rate(2, 10)
    told = []
    for _ in range(40):
        refusal = buckets.take("a", rate)
        told.append(None if refusal is None else refusal.repeated)
        clock.now += 0.5
    assert told.count(None) == 5  # two at once, then one each 5 s of 20
    assert told.count(False) == 2  # once in 10 s
    clock.now += 10
    assert buckets.take("a", rate) is None


def test_there_are_never_too_many_buckets_and_full_ones_are_kept() -> None:
    clock = Clock()
    buckets, rate = Buckets(clock), Rate(1, 10)
    for number in range(MAX_BUCKETS):
        buckets.take(f"early {number}", rate)
    clock.now += 11
    buckets.take("full", rate)
    for number in range(3 * MAX_BUCKETS // 2):
        buckets.take(f"late {number}", rate)
        assert len(buckets) <= MAX_BUCKETS
    buckets.take("last", rate)
    assert buckets.take("last", rate) is not None


def test_what_nobody_asks_for_is_not_kept_for_ever() -> None:
    clock, rate = Clock(), Rate(1, 10)
    alone, shared = Buckets(clock), Buckets(clock, shared=True)
    for number in range(3 * MAX_BUCKETS):
        alone.take(f"made up {number}", rate)
        shared.take(f"made up {number}", rate)
        clock.now += 0.001
    assert alone.unshared() == {}
    assert 0 < len(shared.unshared()) <= MAX_BUCKETS


def test_what_another_process_put_in_counts_here() -> None:
    clock, rate = Clock(), Rate(10, 10)
    here, there = Buckets(clock, shared=True), Buckets(clock, shared=True)
    for _ in range(6):
        assert here.take("a", rate) is None
        assert there.take("a", rate) is None
    together = here.unshared()["a"] + there.unshared()["a"]
    assert here.take("a", rate) is None  # on its way while the others were added
    here.adopt({"a": together, "unknown": 5.0})
    there.adopt({"a": together})
    assert here.unshared() == {"a": pytest.approx(1.0)}
    assert here.unshared() == {}
    refused = here.take("a", rate), there.take("a", rate)
    assert [one and round(one.wait_seconds) for one in refused] == [4, 3]


@pytest.fixture
def _shared(settings: Any) -> Iterator[None]:
    settings.RATE_SHARED_ADDRESSES = [ipaddress.ip_network("198.51.100.0/24")]
    origins.rate_key.cache_clear()
    yield
    origins.rate_key.cache_clear()


@pytest.mark.usefixtures("_shared")
@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("198.51.100.7", ""),
        ("::ffff:198.51.100.7", ""),
        (None, ""),
        ("garbage", ""),
    ],
)
def test_an_address_counts_as_itself_or_as_its_network(address: str | None, counted: str) -> None:
    assert origins.rate_key(address) == counted
