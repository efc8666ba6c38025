"""What it costs to know how far a client knows its scene."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.models import SceneSession
from sessions_app.revisions.client_marks import MAX_MARKS, Mark, mark_of, mark_set
from sessions_app.routing import Rule, Target
from sessions_app.steering.tool_calls import tool_call_perform
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_costs_no_query_more_and_a_look_one_only_if_something_changed() -> None:
    scene = make_scene_session()
    steer(scene, color("teal"))

    def queries(step: str | None, *, looks: bool = False) -> list[str]:
        call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
        call.looks = looks
        with CaptureQueriesContext(connection) as captured:
            tool_call_perform(call, color(step) if step else None)
        found = [query["sql"].split()[:2] for query in captured]
        return [" ".join(words) for words in found if words[0] in ("SELECT", "INSERT", "UPDATE")]

    change = queries("gold")
    assert [words.split()[0] for words in change] == ["SELECT", "INSERT", "UPDATE", "INSERT"]
    assert [words.split()[0] for words in queries(None, looks=True)] == [
        "SELECT",
        "UPDATE",
        "INSERT",
    ]
    for looks in (True, False):
        read = queries(None, looks=looks)
        assert [words.split()[0] for words in read] == ["SELECT", "INSERT"]


def test_marks_of_the_latest_clients_are_kept() -> None:
    scene = SceneSession()
    keys = [uuid4().hex for _ in range(MAX_MARKS + 2)]
    for revision, key in enumerate(keys):
        assert mark_set(scene, key, Mark(revision, None))
        assert mark_set(scene, keys[0], Mark(revision, revision)) == (revision < MAX_MARKS + 2)
    assert mark_of(scene, keys[0]) == Mark(MAX_MARKS + 1, MAX_MARKS + 1)
    assert mark_of(scene, keys[1]) == mark_of(scene, keys[2]) == Mark()
    assert mark_of(scene, keys[-1]) == Mark(MAX_MARKS + 1, None)
    assert not mark_set(scene, keys[-1], Mark(MAX_MARKS + 1, None))
    assert len(scene.client_marks) < 1000
