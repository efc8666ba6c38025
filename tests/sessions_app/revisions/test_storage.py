"""What is stored: revisions, records of calls, leases."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from sessions_app import clock
from sessions_app.browsers import pairings
from sessions_app.calls.lost import calls_of_dead_workers_mark
from sessions_app.calls.records import Outcome
from sessions_app.errors import SceneSessionClosedError
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall, Worker
from sessions_app.people.access import Access
from sessions_app.routing import Rule, Target
from sessions_app.scene.errors import InvalidValueError
from sessions_app.sessions.closing import scene_session_close
from sessions_app.steering.tool_calls import RefusedError, tool_call_perform
from sessions_app.storage import database, statements
from sessions_app.workers import call_writer
from sessions_app.workers.call_writer import CallWriter
from tests.support.scenes import color, make_call, make_scene_session, steer
from tests.support.waiting import until_true

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("A1")
def test_a_refused_first_call_creates_nothing_but_its_record() -> None:
    target = Target(protocol_session="a" * 32, may_create=True)
    with pytest.raises(RefusedError) as refused:
        tool_call_perform(make_call(target), color("blurple"))
    assert isinstance(refused.value.error, InvalidValueError)
    assert not SceneSession.objects.exists()
    [row] = ToolCall.objects.all()
    assert (row.status, row.error_code) == ("error", "invalid_argument")
    assert row.duration_ms is not None


def test_a_client_hears_that_its_scene_is_closed_before_it_gets_another_one() -> None:
    target = Target(protocol_session="a" * 32, may_create=True)
    first = tool_call_perform(make_call(target), color("teal"))
    scene_session_close(first.scene_session_id, closed_by=SceneSession.Closer.CLEANUP, because="")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON sessions_app_toolcall"
            " BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        with pytest.raises(DatabaseError, match="no room"):  # whatever it hears, it is not why
            tool_call_perform(make_call(target), color("gold"))
        cursor.execute("DROP TRIGGER full")
    with pytest.raises(RefusedError) as refused:
        tool_call_perform(make_call(target), color("gold"))
    assert isinstance(refused.value.error, SceneSessionClosedError)
    assert tool_call_perform(make_call(target), color("gold")).created


def test_setting_a_value_to_what_it_is_makes_no_revision() -> None:
    scene_session = make_scene_session()
    assert steer(scene_session, color("teal")).revision == 1
    again = steer(scene_session, color("#008688"))
    assert (again.revision, again.changed) == (1, False)
    assert SceneRevision.objects.count() == 1


def test_texts_that_the_database_cannot_hold_are_stored_without_it() -> None:
    scene_session = make_scene_session()
    target = Target(Rule.ARGUMENT, scene_session.edit_key)
    call = make_call(target, client_name="a\x00b\ud800", user_agent="u" * 999)
    tool_call_perform(call, None)
    row = ToolCall.objects.get(pk=call.id)
    assert (row.client_name, len(row.user_agent)) == ("ab?", 200)


def _visitor(channel_name: str) -> pairings.Visitor:
    return pairings.Visitor("tab", "", channel_name, None, "")


@pytest.mark.requirement("H3")
def test_an_old_sockets_close_never_ends_a_newer_ones_pairing() -> None:
    edit_key = make_scene_session().edit_key
    first = pairings.pairing_join(access=Access(edit_key), visitor=_visitor("old")).pairing
    second = pairings.pairing_join(access=Access(edit_key), visitor=_visitor("new"))
    assert (first.pk, "old") == (second.pairing.pk, second.replaced)
    pairings.pairing_leave(first.pk, channel_name="old", close_code=1006)
    assert Pairing.objects.get().lease_until > clock.now()
    pairings.pairing_leave(first.pk, channel_name="new", close_code=1001)
    assert Pairing.objects.get().lease_until <= clock.now()


@pytest.mark.requirement("A6")
def test_calls_are_lost_only_where_their_workers_lease_is_over() -> None:
    scene_session = make_scene_session()
    target = Target(Rule.ARGUMENT, scene_session.edit_key)
    living, dead = make_call(target), make_call(target)
    for call in (living, dead):
        pairings.leases_renew(call.worker_id, [])
        tool_call_perform(call, None)
    Worker.objects.filter(pk=dead.worker_id).update(lease_until=clock.now() - timedelta(seconds=1))
    assert calls_of_dead_workers_mark() == 1
    assert ToolCall.objects.get(pk=dead.id).status == ToolCall.Status.LOST
    assert ToolCall.objects.get(pk=living.id).status == ToolCall.Status.RUNNING


def test_the_statements_know_their_tables() -> None:
    """The hand-written statements find what the ORM wrote."""
    scene_session = make_scene_session()
    locked = statements.lock_by_edit_key(scene_session.edit_key)
    assert locked is not None
    assert (locked[0].pk, locked[0].edit_key, locked[1]) == (
        scene_session.pk,
        scene_session.edit_key,
        0,
    )
    assert statements.lock_by_edit_key(uuid4()) is None
    assert statements.lock_by_binding("b" * 32) is None


@pytest.mark.anyio
@pytest.mark.requirement("A2")
@pytest.mark.django_db(transaction=True)
async def test_what_cannot_be_written_is_kept_and_written_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene_session = await database.run(make_scene_session)
    call = make_call(Target(Rule.ARGUMENT, scene_session.edit_key))
    await database.run(tool_call_perform, call, color("teal"))
    writer = CallWriter()

    def away(_: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(call_writer, "batch_store", away)
    writer.finish(Outcome(call.id, ToolCall.Status.SUCCESS, 1.5))
    with pytest.raises(OSError, match="away"):
        await writer.flush()
    monkeypatch.undo()
    await writer.flush()
    row = await database.run(ToolCall.objects.get, pk=call.id)
    assert (row.status, row.duration_ms) == ("success", 1.5)


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_the_writer_writes_by_itself_and_what_is_left_as_it_stops() -> None:
    scene_session = await database.run(make_scene_session)
    calls = [make_call(Target(Rule.ARGUMENT, scene_session.edit_key)) for _ in range(120)]
    for call in calls:
        await database.run(tool_call_perform, call, None)
    writer = CallWriter()
    writer.start()
    for call in calls[:119]:
        writer.finish(Outcome(call.id, ToolCall.Status.SUCCESS, 1.0))
    running = ToolCall.objects.filter(status=ToolCall.Status.RUNNING)

    async def are_written() -> bool:
        return await database.run(running.count) <= 1

    await until_true(are_written)
    writer.finish(Outcome(calls[119].id, ToolCall.Status.SUCCESS, 1.0))
    await writer.stop()
    assert await database.run(running.count) == 0
