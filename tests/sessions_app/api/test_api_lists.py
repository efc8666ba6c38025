"""Lists of the API: pages, filters, and a number of statements that does not grow with them."""

import json
from base64 import b64encode
from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app import clock
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall
from tests.support.api import ApiClient, make_scene_session, make_user, with_token

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.requirement("E4"),
]

CAUSE = json.dumps({"callId": "c", "tool": "t", "title": "T", "summary": "S.", "by": ""})


@pytest.fixture
def staff() -> ApiClient:
    return with_token(make_user("staff", staff=True))


def fill(session: SceneSession, count: int) -> None:
    """Add calls, browsers and revisions; of the calls every third is an error."""
    now = clock.now()
    for number in range(count):
        ToolCall.objects.create(
            scene_session=session,
            tool=f"tool_{number % 2}",
            status=ToolCall.Status.ERROR if number % 3 == 0 else ToolCall.Status.SUCCESS,
            started_at=now - timedelta(minutes=number // 2),  # two at a time
            instance="one",
            user=session.owner,
        )
        Pairing.objects.create(
            scene_session=session,
            browser_id=str(number),
            lease_until=now + timedelta(hours=1 if number % 2 else -1),
        )
        SceneRevision.objects.create(
            scene_session=session, revision=number + 1, patch="[]", inverse="[]", cause=CAUSE
        )


def walk(client: ApiClient, path: str, way: str = "next") -> list[list[Any]]:
    """The keys of the rows of every page from `path` on."""
    pages = []
    while path:
        answer = client.get(path.split("/api/", 1)[-1])
        assert answer.status == 200, answer.body
        rows = [row.get("id", row.get("revision")) for row in answer.body["results"]]
        pages.append(rows)
        path, last = answer.body[way] or "", path
        assert path != last
    return pages


def newest_first(session: SceneSession, tail: str) -> list[Any]:
    """The keys of a session's rows in the order in which they are listed."""
    if tail == "tool-calls/":
        calls = ToolCall.objects.filter(scene_session=session).order_by("-started_at", "-id")
        return [str(key) for key in calls.values_list("pk", flat=True)]
    if tail == "browsers/":
        return list(session.pairings.order_by("-id").values_list("pk", flat=True))
    return list(range(11, 0, -1))


@pytest.mark.parametrize("tail", ["tool-calls/", "browsers/", "revisions/"])
def test_pages_hold_each_row_once_in_order_there_and_back(staff: ApiClient, tail: str) -> None:
    session = make_scene_session()
    fill(session, 11)
    fill(make_scene_session(), 2)
    path = f"sessions/{session.pk}/{tail}"
    whole = walk(staff, path)
    assert whole == [newest_first(session, tail)]
    pages = walk(staff, f"{path}?pageSize=3")
    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert list(chain(*pages)) == whole[0]
    last = f"{path}?pageSize=3"
    while following := staff.get(last.split("/api/", 1)[-1]).body["next"]:
        last = following
    back = walk(staff, last, "previous")
    assert sorted(chain(*back)) == sorted(whole[0])


def test_pages_stay_right_while_rows_are_added(staff: ApiClient) -> None:
    made = [make_scene_session().pk for _ in range(4)]
    first = staff.get("sessions/?pageSize=2").body
    new = make_scene_session().pk
    second = staff.get(first["next"].split("/api/")[1]).body
    seen = [row["id"] for page in (first, second) for row in page["results"]]
    assert seen == sorted(made, reverse=True)
    assert new not in seen


def test_addresses_of_pages_begin_with_the_public_origin(staff: ApiClient, settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "https://scenes.example.org"
    for _ in range(2):
        make_scene_session()
    link = staff.get("sessions/?pageSize=1&state=open").body["next"]
    assert link.startswith("https://scenes.example.org/api/sessions/?")
    assert "state=open" in urlsplit(link).query


def cursor(position: str) -> str:
    return urlencode({"cursor": b64encode(urlencode({"p": position}).encode()).decode()})


@pytest.mark.parametrize(
    "query",
    [
        "pageSize=0", "pageSize=201", "pageSize=-1", "pageSize=x", "pageSize=", "pageSize=1.5",
        "cursor=x", cursor("x"), cursor("1 OR 1"), cursor("2026-11-21"),
        cursor("2026-11-21T00:00:00"), cursor("\0"), cursor("9999-12-31T23:59:59-23:59"),
        cursor("2026-11-21T00:00:00+23:00"),
        "startedAfter=9999-12-31T23:59:59-23:59", "page=2", "status=lots", "tool=%00",
        "startedAfter=yesterday", "startedAfter=", "status=", "tool=", "tol=x",
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_accepted_is_refused_by_name(staff: ApiClient, query: str) -> None:
    session = make_scene_session()
    refused = staff.get(f"sessions/{session.pk}/tool-calls/?{query}")
    assert (refused.status, refused.code) == (400, "invalid")
    assert [fault["name"] for fault in refused.body["errors"]] == [query.split("=")[0]]


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        ("status=lots", "running, success, error, timeout, cancelled, lost."),
        ("startedAfter=yesterday", "ISO 8601, such as 2026-11-21T15:00:00Z."),
        ("startedAfter=9999-12-31T23:59:59-23:59", "ISO 8601, such as 2026-11-21T15:00:00Z."),
    ],
)
def test_a_filters_wrong_value_is_answered_with_what_is_accepted(
    staff: ApiClient, query: str, accepted: str
) -> None:
    refused = staff.get(f"sessions/{make_scene_session().pk}/tool-calls/?{query}")
    [fault] = refused.body["errors"]
    assert fault["detail"].endswith(f"Accepted: {accepted}")


def test_lists_are_narrowed_down(staff: ApiClient) -> None:
    session = make_scene_session()
    closed = make_scene_session(state=SceneSession.State.CLOSED)
    fill(session, 6)

    def count(path: str, **query: str) -> int:
        return len(staff.get(f"{path}?{urlencode(query)}").body["results"])

    calls = f"sessions/{session.pk}/tool-calls/"
    assert count(calls, status="error") == 2
    assert count(calls, tool="tool_1") == 3
    assert count(calls, tool="tool_1", status="error") == 1
    middle = (clock.now() - timedelta(seconds=90)).isoformat()
    assert (count(calls, startedAfter=middle), count(calls, startedBefore=middle)) == (4, 2)
    browsers = f"sessions/{session.pk}/browsers/"
    assert (count(browsers, connected="true"), count(browsers, connected="false")) == (3, 3)
    assert count("sessions/", state="closed") == 1
    assert staff.get("sessions/?state=closed").body["results"][0]["id"] == closed.pk
    assert count("sessions/", openedBy="browser") == 0
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    assert (
        count("sessions/", createdAfter=tomorrow),
        count("sessions/", createdBefore=tomorrow),
    ) == (0, 2)


def statements(client: ApiClient, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status == 200
    return len(queries)


def test_the_number_of_statements_does_not_grow_with_the_list(staff: ApiClient) -> None:
    first = make_scene_session(make_user("owner 0"))
    fill(first, 1)
    tails = ["", *(f"{first.pk}/{tail}" for tail in ("browsers/", "tool-calls/", "revisions/"))]
    before = [statements(staff, f"sessions/{tail}") for tail in tails]
    for number in range(1, 8):
        fill(make_scene_session(make_user(f"owner {number}")), 3)
    ToolCall.objects.update(scene_session=first)
    Pairing.objects.exclude(scene_session=first).delete()
    after = [statements(staff, f"sessions/{tail}") for tail in tails]
    assert after == before
    assert max(after) <= 3


@pytest.mark.parametrize(
    ("tail", "index"), [("tool-calls/", "tool_call_of_scene"), ("revisions/", "revision_once")]
)
def test_lists_are_read_from_an_index_in_their_order(
    staff: ApiClient, tail: str, index: str
) -> None:
    session = make_scene_session()
    with CaptureQueriesContext(connection) as queries:
        staff.get(f"sessions/{session.pk}/{tail}")
    with connection.cursor() as cursor_:
        cursor_.execute(f"EXPLAIN QUERY PLAN {queries[-1]['sql']}")
        plan = str(cursor_.fetchall())
    assert index in plan or "autoindex" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
