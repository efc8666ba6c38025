"""Which of several sessions a call means: always one of the caller's own."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.routing import MAX_CHOICES, Candidate, Rule, SceneSessionAmbiguousError, route

pytestmark = pytest.mark.requirement("C3")

START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = (1, 2, 3)

moments = st.integers(0, 10_000).map(lambda seconds: START + timedelta(seconds=seconds))
candidates = st.lists(
    st.builds(
        Candidate,
        scene_session_id=st.integers(1, 500),
        owner_id=st.sampled_from((None, *PEOPLE)),
        edit_key=st.uuids(),
        created_at=moments,
        changed_at=moments,
        browsers=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda one: one.scene_session_id,
)
strategies = st.sampled_from(["newest", "oldest", "most_active", "ask", "", "anything"])


@settings(deadline=None)
@given(candidates, st.sampled_from(PEOPLE), strategies)
def test_whatever_there_is_the_chosen_one_is_the_callers(
    history: list[Candidate], owner_id: int, strategy: str
) -> None:
    routed = route(history, owner_id=owner_id, strategy=strategy)
    assert {one.owner_id for one in routed.own} <= {owner_id}
    assert {one.scene_session_id for one in routed.own} == {
        one.scene_session_id for one in history if one.owner_id == owner_id
    }
    assert routed.chosen is None or routed.chosen in routed.own
    assert (routed.chosen is None) == (routed.rule is Rule.NONE)


@settings(deadline=None)
@given(candidates, st.sampled_from(PEOPLE), strategies, st.randoms())
def test_the_choice_hangs_neither_on_the_order_nor_on_others_sessions(
    history: list[Candidate], owner_id: int, strategy: str, random: Random
) -> None:
    chosen = route(history, owner_id=owner_id, strategy=strategy)
    mine = [one for one in history if one.owner_id == owner_id]
    random.shuffle(mine)
    assert route(mine, owner_id=owner_id, strategy=strategy) == chosen


@settings(deadline=None)
@given(candidates, st.sampled_from(PEOPLE))
def test_each_strategy_chooses_what_its_name_says(history: list[Candidate], owner_id: int) -> None:
    own = [one for one in history if one.owner_id == owner_id]
    if len(own) < 2:
        expected = own[0] if own else None
        assert route(history, owner_id=owner_id, strategy="ask").chosen == expected
        return
    assert route(history, owner_id=owner_id, strategy="ask").chosen is None
    newest = route(history, owner_id=owner_id, strategy="newest")
    oldest = route(history, owner_id=owner_id, strategy="oldest")
    active = route(history, owner_id=owner_id, strategy="most_active")
    assert newest.chosen is not None
    assert oldest.chosen is not None
    assert active.chosen is not None
    assert newest.chosen.created_at == max(one.created_at for one in own)
    assert oldest.chosen.created_at == min(one.created_at for one in own)
    seen = [one for one in own if one.browsers] or own
    assert active.chosen.changed_at == max(one.changed_at for one in seen)
    assert active.chosen in seen
    assert [newest.rule, oldest.rule, active.rule] == ["newest", "oldest", "most_active"]


def test_the_error_lists_no_more_choices_than_a_model_wants_to_read() -> None:
    own = [
        Candidate(number, 1, uuid4(), START, START + timedelta(hours=number), browsers=number)
        for number in range(1, MAX_CHOICES + 3)
    ]
    routed = route(own, owner_id=1, strategy="ask")
    error = SceneSessionAmbiguousError(routed.own, now=START + timedelta(days=1))
    assert error.message.count("(started 1 day ago, changed ") == MAX_CHOICES
    assert str(own[-1].edit_key) in error.message
    assert str(own[0].edit_key) not in error.message
    assert "; and 2 more." in error.message
    assert "`scene`" in error.message
    assert str(own[-1].edit_key) not in error.recorded
