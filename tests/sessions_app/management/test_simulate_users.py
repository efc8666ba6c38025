"""The simulation finds nothing wrong, and finds each fault that is put in."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def _numbers(told: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)\b(?!\.)", told)}


@pytest.mark.requirement("C8")
@pytest.mark.requirement("H1")
@pytest.mark.parametrize("users", [5, pytest.param(100, marks=pytest.mark.long)])
def test_many_users_get_just_their_own(users: int) -> None:
    told = StringIO()
    call_command("simulate_users", str(users), "--calls", "4", stdout=told)
    numbers = _numbers(told.getvalue())
    assert (numbers["users"], numbers["calls"]) == (users, 4 * users)
    assert (numbers["misrouted"], numbers["lost"]) == (0, 0)
    assert (numbers["disordered"], numbers["unequal_scenes"]) == (0, 0)
    assert re.search(r"p50=[\d.]+ms p99=[\d.]+ms", told.getvalue())


@pytest.mark.requirement("C8")
def test_faults_that_are_put_in_are_found_and_counted() -> None:
    told = StringIO()
    with pytest.raises(CommandError, match="Not every browser"):
        call_command("simulate_users", "6", "--inject", "misroute=1,drop=1", stdout=told)
    numbers = _numbers(told.getvalue())
    assert (numbers["misrouted"], numbers["lost"]) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["1"],
        ["5000"],
        ["2", "--calls", "0"],
        ["2", "--url", "https://example.org"],
        ["2", "--url", "http://192.0.2.1:8000"],
        ["2", "--inject", "chaos=1"],
    ],
)
def test_the_simulation_is_bounded_and_stays_on_this_machine(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("simulate_users", *arguments)
