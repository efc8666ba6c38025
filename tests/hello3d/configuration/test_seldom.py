"""What happens again and again fills no log: a line of each kind a minute, the others counted."""

import io
import logging
from collections.abc import Iterator

import pytest

from hello3d.configuration import seldom
from hello3d.configuration.seldom import MAX_KINDS, SeldomFilter

logger = logging.getLogger("tests.seldom")


@pytest.fixture
def logs() -> Iterator[list[io.StringIO]]:
    """What two handlers write that share the filter, as standard error and LOG_FILE do."""
    streams, shared = [io.StringIO(), io.StringIO()], SeldomFilter()
    handlers = [logging.StreamHandler(stream) for stream in streams]
    logger.setLevel(logging.DEBUG)
    for handler in handlers:
        handler.addFilter(shared)
        handler.setFormatter(
            logging.Formatter("%(message)s %(left_out)s", defaults={"left_out": 0})
        )
        logger.addHandler(handler)
    yield streams
    for handler in handlers:
        logger.removeHandler(handler)


def _store_is_away(times: int, kind: str = "") -> None:
    for number in range(times):
        try:
            int("no number")
        except ValueError:
            logger.exception("the store is away: %d", number, extra={"kind": kind} if kind else {})


def _lines(logs: list[io.StringIO]) -> list[str]:
    """What both have, without the lines of tracebacks."""
    [ours, others] = [stream.getvalue().splitlines() for stream in logs]
    assert ours == others
    return [line for line in ours if line[-1:].isdigit() and line[0] != " "]


def test_a_line_a_minute_and_the_next_says_how_many_were_left_out(
    logs: list[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    _store_is_away(1000)
    assert _lines(logs) == ["the store is away: 0 0"]
    assert logs[0].getvalue().count("Traceback") == 1
    monkeypatch.setattr(seldom, "AGAIN_AFTER_SECONDS", 0)
    _store_is_away(1)
    assert _lines(logs)[1:] == ["the store is away: 0 999"]


def test_kinds_are_told_apart_and_what_counts_each_time_is_never_left_out(
    logs: list[io.StringIO],
) -> None:
    for _ in range(3):
        _store_is_away(1, "reading")
        _store_is_away(1, "writing")
        logger.warning("a limit refused", extra={"refused": 7})
        logger.error("a call failed", extra={"reference": "7f3a"})
        logger.info("a browser came")
    lines = _lines(logs)
    assert lines.count("the store is away: 0 0") == 2
    assert [lines.count(f"{text} 0") for text in ("a limit refused", "a call failed")] == [3, 3]
    assert lines.count("a browser came 0") == 3


def test_lines_of_a_kind_that_does_not_come_again_are_counted_all_the_same(
    logs: list[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    _store_is_away(5)
    monkeypatch.setattr(seldom, "AGAIN_AFTER_SECONDS", 0)
    logger.info("all is well")
    left_out = "lines like this one were left out: the store is away: 0 4"
    assert sorted(_lines(logs)[1:]) == ["all is well 0", left_out]


def test_however_many_kinds_there_are_lines_and_memory_are_bounded(
    logs: list[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(kinds: int) -> None:
        for number in range(kinds):
            logger.warning("refused", extra={"kind": f"kind {number}"})

    refuse(3 * MAX_KINDS)
    assert len(_lines(logs)) == MAX_KINDS + 1
    with monkeypatch.context() as later:
        later.setattr(seldom, "AGAIN_AFTER_SECONDS", 0)
        logger.info("all is well")
    left_out = f"lines like this one were left out: refused {2 * MAX_KINDS - 1}"
    before = _lines(logs)
    assert left_out in before
    refuse(MAX_KINDS)  # there is room again for as many
    assert len(_lines(logs)) == len(before) + MAX_KINDS
