"""So many sessions there may be: in all, of a person, and for those who are not signed in."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import AsyncClient

from sessions_app.calls.refusals import refusals_store
from sessions_app.errors import TooManySessionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import RefusalCount, SceneSession, ToolCall
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.routing import Target
from sessions_app.sessions.closing import scene_session_close
from sessions_app.sessions.opening import scene_session_open
from sessions_app.steering.tool_calls import RefusedError, tool_call_perform
from sessions_app.web.callers import Caller
from tests.support.scenes import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]


def make(principal: Principal = ANYONE) -> SceneSession:
    return scene_session_open(
        opened_by=SceneSession.Origin.BROWSER, caller=Caller(), principal=principal
    )


def refused(principal: Principal = ANYONE) -> TooManySessionsError:
    with pytest.raises(TooManySessionsError) as caught:
        make(principal)
    return caught.value


def person(name: str) -> Principal:
    return Principal(user_id=User.objects.create_user(name).pk)


@pytest.fixture(autouse=True)
def _nothing_refused_yet() -> None:
    refusals.take()


def test_the_last_tenth_is_for_people_who_are_signed_in(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS = 10
    for _ in range(9):
        make()
    anonymous = refused()
    assert (anonymous.code, anonymous.limit) == ("session_limit", Limit.SESSIONS_ANONYMOUS)
    assert "9 open sessions" in anonymous.message
    assert "signed in" in anonymous.message
    assert anonymous.retry_after_seconds == 60
    someone = person("someone")
    assert make(someone).owner_id == someone.user_id
    full = refused(someone)
    assert full.limit == Limit.SESSIONS
    assert "10 open sessions" in full.message
    assert {limit: number for (limit, _), number in refusals.take().items()} == {
        Limit.SESSIONS_ANONYMOUS: 1,
        Limit.SESSIONS: 1,
    }


def test_sessions_that_sleep_or_are_closed_make_room(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS = 2
    first, second = make(), make()
    refused()
    SceneSession.objects.filter(pk=first.pk).update(state=SceneSession.State.IDLE)
    third = make()
    refused()
    scene_session_close(second.pk, closed_by=SceneSession.Closer.STAFF, because="a test")
    make()
    refused()
    assert third.pk != first.pk


def test_a_person_has_so_many_sessions_asleep_or_not(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS_PER_USER = 2
    someone, another = person("someone"), person("another")
    first, _ = make(someone), make(someone)
    SceneSession.objects.filter(pk=first.pk).update(state=SceneSession.State.IDLE)
    error = refused(someone)
    assert error.limit == Limit.SESSIONS_PER_USER
    assert "You have 2 sessions" in error.message
    assert "close_session" in error.message
    make(another)
    make()
    scene_session_close(first.pk, closed_by=SceneSession.Closer.CLIENT, because="a test")
    make(someone)


def test_a_call_that_would_make_a_session_is_refused_and_recorded(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS = 1
    make()
    with pytest.raises(RefusedError) as caught:
        tool_call_perform(make_call(Target(may_create=True)), None)
    assert caught.value.error.code == "session_limit"
    assert ToolCall.objects.get().error_code == "session_limit"
    assert SceneSession.objects.count() == 1


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_the_page_says_what_to_do(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS = 1
    await sync_to_async(make)()
    client = AsyncClient()
    answer = await client.post("/scenes/")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert b"only people who are signed in can start another" in answer.content
    await client.aforce_login(await User.objects.acreate_user("someone"))
    answer = await client.post("/scenes/")
    assert b"as many scenes open as it holds" in answer.content
    assert sum(refusals.take().values()) == 2


def test_what_several_processes_refuse_adds_up() -> None:
    for _ in range(3):
        refusals.note(Limit.CALLS)
    refusals.note(Limit.SESSIONS)
    refusals_store(refusals.take())
    refusals.note(Limit.CALLS)
    refusals_store(refusals.take())
    counted = dict(RefusalCount.objects.values_list("limit", "refusals"))
    assert counted == {"calls": 4, "sessions": 1}


def test_what_could_not_be_written_is_counted_later() -> None:
    refusals.note(Limit.CALLS)
    taken = refusals.take()
    refusals.note(Limit.CALLS)
    refusals.give_back(taken)
    [(_, number)] = refusals.take().items()
    assert number == 2


def test_every_limit_has_words_and_a_name_that_the_database_holds() -> None:
    longest = RefusalCount._meta.get_field("limit").max_length or 0
    assert all(limit.words and len(limit) <= longest for limit in Limit)
