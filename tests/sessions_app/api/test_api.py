"""The REST API: every endpoint for everybody who might ask."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app import clock
from sessions_app.models import Pairing, SceneRevision, SceneSession, ToolCall
from sessions_app.scene.document import STARTS
from tests.support.api import (
    Answer,
    ApiClient,
    make_scene_session,
    make_user,
    with_key,
    with_token,
)
from tests.support.operations import step_of
from tests.support.scenes import steer
from tests.support.stores import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("X3"),
]

READS = ("", "scene/", "browsers/", "tool-calls/", "revisions/", "shares/")
WRITES = ("close/", "new-link/")
OF_SESSION = [("GET", tail) for tail in READS] + [("POST", tail) for tail in WRITES]


@dataclass
class World:
    """Two people, staff, a session of each person, and one of nobody."""

    me: User
    staff: User
    mine: SceneSession
    others: SceneSession
    nobodys: SceneSession

    def ask(self, who: str, method: str, path: str) -> Answer:
        return self.client(who).ask(method, path)

    def client(self, who: str) -> ApiClient:
        if who in ("me", "staff"):
            return with_token(self.me if who == "me" else self.staff)
        if who == "nobody":
            return ApiClient()
        if who == "wrong token":
            return ApiClient({"authorization": "Token 0123"})
        keys = {"key": self.nobodys.edit_key, "wrong key": uuid.uuid4(), "garbage": "no key at all"}
        return with_key(keys[who])


@pytest.fixture
def world() -> World:
    me, other = make_user("me"), make_user("other")
    return World(
        me=me,
        staff=make_user("staff", staff=True),
        mine=make_scene_session(me),
        others=make_scene_session(other),
        nobodys=make_scene_session(),
    )


NOT_FOUND = (404, "not_found")
UNKNOWN = (401, "not_authenticated")
REFUSED = (403, "permission_denied")
FAILED = (401, "authentication_failed")
OK = (200, None)

# Of what endpoints of one session answer: (own, another's, nobody's) for each who asks.
SESSION_ANSWERS = {
    "me": (OK, NOT_FOUND, NOT_FOUND),
    "staff": (OK, OK, OK),
    "key": (NOT_FOUND, NOT_FOUND, OK),
    "wrong key": (NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "garbage": (NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "wrong token": (FAILED, FAILED, FAILED),
    "nobody": (UNKNOWN, UNKNOWN, UNKNOWN),
}
SIGN_IN_ON = {**SESSION_ANSWERS, **dict.fromkeys(["key", "wrong key", "garbage"], (FAILED,) * 3)}


def answers(world: World, who: str, method: str, tail: str) -> tuple[Any, ...]:
    sessions = (world.mine, world.others, world.nobodys)
    found = [world.ask(who, method, f"sessions/{session.pk}/{tail}") for session in sessions]
    return tuple((answer.status, answer.code) for answer in found)


@pytest.mark.parametrize("sign_in", [False, True], ids=["sign-in off", "sign-in on"])
@pytest.mark.parametrize("who", SESSION_ANSWERS)
def test_a_session_is_there_for_its_owner_for_staff_and_for_its_key_while_sign_in_is_off(
    world: World, settings: Any, who: str, sign_in: bool
) -> None:
    settings.MCP_ENABLE_MULTI_USER = sign_in
    expected = (SIGN_IN_ON if sign_in else SESSION_ANSWERS)[who]
    for method, tail in OF_SESSION:
        if tail == "new-link/" and who == "key" and not sign_in:
            continue  # it ends the key, and is tried below
        if tail == "new-link/":
            SceneSession.objects.update(state=SceneSession.State.OPEN)
        assert answers(world, who, method, tail) == expected, (method, tail)


@pytest.mark.parametrize("who", ["me", "wrong key"])
def test_anothers_a_deleted_an_unknown_and_an_impossible_session_get_one_answer(
    world: World, who: str
) -> None:
    deleted = make_scene_session(make_user("third"))
    deleted.delete()
    ids = [world.others.pk, deleted.pk, 999_999, "0", "-1", "x" * 500, "9" * 40, "\uff11", "%00"]
    client = world.client(who)
    seen = set()
    for name in ids:
        for method, tail in OF_SESSION:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.ask(method, f"sessions/{name}/{tail}")
            statements = len(queries)
            headers = {k: v for k, v in answer.headers.items() if k != "Allow"}
            seen.add((answer.status, str(answer.body), str(sorted(headers.items())), statements))
    assert len(seen) == 1, seen
    assert SceneSession.objects.get(pk=world.others.pk).state == "open"


LISTS = {
    "sessions/": {"me": OK, "staff": OK, "key": REFUSED, "wrong token": FAILED, "nobody": UNKNOWN},
    "stats/": {
        "me": REFUSED,
        "staff": OK,
        "key": REFUSED,
        "wrong token": FAILED,
        "nobody": UNKNOWN,
    },
    "routing/": {"me": OK, "staff": OK, "key": REFUSED, "wrong token": FAILED, "nobody": UNKNOWN},
    "me/": {"me": OK, "staff": OK, "key": REFUSED, "wrong token": FAILED, "nobody": UNKNOWN},
}


@pytest.mark.parametrize("path", LISTS)
def test_lists_need_sign_in_and_statistics_staff(world: World, path: str) -> None:
    found = {who: world.ask(who, "GET", path) for who in LISTS[path]}
    assert {who: (answer.status, answer.code) for who, answer in found.items()} == LISTS[path]
    assert "WWW-Authenticate" in found["nobody"].headers


@pytest.mark.requirement("C9")
def test_people_list_their_own_sessions_and_staff_all(world: World) -> None:
    def listed(who: str) -> set[int]:
        return {row["id"] for row in world.client(who).get("sessions/").body["results"]}

    assert listed("me") == {world.mine.pk}
    assert listed("staff") == {world.mine.pk, world.others.pk, world.nobodys.pk}


def every_text(world: World, who: str) -> str:
    client = world.client(who)
    paths = ["sessions/", "stats/", "routing/", "me/"]
    for session in (world.mine, world.others, world.nobodys):
        paths += [f"sessions/{session.pk}/{tail}" for tail in READS]
    return str([client.get(path).body for path in paths])


@pytest.mark.parametrize("who", ["me", "staff", "key"])
def test_no_answer_to_a_read_holds_an_edit_key(world: World, who: str) -> None:
    text = every_text(world, who)
    keys = [str(session.edit_key) for session in SceneSession.objects.all()]
    assert [key for key in keys if key in text] == []
    assert keys[0][:8] in every_text(world, "staff")


@pytest.mark.requirement("C1")
def test_whoever_starts_a_session_gets_its_links_once(world: World) -> None:
    made = world.client("nobody").post("sessions/")
    assert made.status == 201
    assert made.headers["Cache-Control"] == "no-store"
    key = made.body["sessionId"]
    assert made.body["browserUrl"].endswith(f"/?sessionId={key}")
    assert made.body["mcpUrl"].endswith(f"/mcp/{key}")
    assert made.headers["Location"] == f"/api/sessions/{made.body['id']}/"
    shown = with_key(key).get(f"sessions/{made.body['id']}/")
    assert (shown.body["owner"], shown.body["state"]) == (None, "open")
    assert shown.body["keyPrefix"] == key[:8]
    assert shown.body["name"] == ""
    scene_session = SceneSession.objects.get(edit_key=key)
    steer(scene_session, step_of("set_environment", name="Harbor at dusk"))
    assert with_key(key).get(f"sessions/{made.body['id']}/").body["name"] == "Harbor at dusk"


def test_a_session_starts_with_what_was_asked_for(world: World) -> None:
    for start in STARTS:
        made = world.client("nobody").post("sessions/", {"start": start})
        scene = with_key(made.body["sessionId"]).get(f"sessions/{made.body['id']}/scene/")
        assert scene.body["scene"]["start"] == start
    before = SceneSession.objects.count()
    refused = world.client("nobody").post("sessions/", {"start": "moon"})
    assert (refused.status, refused.code) == (400, "invalid")
    assert world.client("nobody").post("sessions/", {"begin": "room"}).code == "invalid"
    assert SceneSession.objects.count() == before


def test_where_people_sign_in_only_they_start_sessions(world: World, settings: Any) -> None:
    settings.MCP_ENABLE_MULTI_USER = True
    assert world.client("nobody").post("sessions/").code == "not_authenticated"
    assert with_key(world.nobodys.edit_key).post("sessions/").code == "authentication_failed"
    made = world.client("me").post("sessions/")
    assert SceneSession.objects.get(pk=made.body["id"]).owner == world.me


def test_a_new_link_ends_the_old_one(world: World) -> None:
    path = f"sessions/{world.nobodys.pk}/"
    old = world.client("key")
    answer = old.post(f"{path}new-link/")
    assert answer.body["sessionId"] != str(world.nobodys.edit_key)
    assert old.get(path).code == "not_found"
    assert with_key(answer.body["sessionId"]).get(path).status == 200


def test_staff_replace_a_link_without_learning_it(world: World) -> None:
    answer = world.client("staff").post(f"sessions/{world.mine.pk}/new-link/")
    nulls = dict.fromkeys(["sessionId", "browserUrl", "mcpUrl"])
    assert answer.body == {"id": world.mine.pk, **nulls}
    world.mine.refresh_from_db()
    assert str(world.mine.edit_key) not in str(answer.body)
    mine = world.client("me").post(f"sessions/{world.mine.pk}/new-link/")
    assert mine.body["sessionId"]


@pytest.mark.parametrize(("who", "closed_by"), [("me", "user"), ("staff", "staff")])
def test_a_closed_session_says_who_closed_it_and_gets_no_new_link(
    world: World, who: str, closed_by: str
) -> None:
    path = f"sessions/{world.mine.pk}/"
    closed = world.client(who).post(f"{path}close/")
    assert (closed.body["state"], closed.body["closedBy"]) == ("closed", closed_by)
    again = world.client("me").post(f"{path}close/")
    assert again.body == closed.body
    refused = world.client("me").post(f"{path}new-link/")
    assert (refused.status, refused.code) == (409, "session_closed")
    told = refused.body["detail"]
    assert re.match(r"This scene was closed on \d+ \w+ \d{4} at \d\d:\d\d UTC by ", told)
    assert told.endswith(
        ": Asked for through the API. It does not come back: POST /api/sessions/ starts a new one."
    )


def live_in(session: SceneSession) -> None:
    """Give a session a browser, a call and a change."""
    now = clock.now()
    Pairing.objects.create(
        scene_session=session, browser_id="tab-1", lease_until=now.replace(year=now.year + 1),
        remote_address="203.0.113.7", user_agent="Firefox", instance="one", reconnections=2,
    )  # fmt: skip
    ToolCall.objects.create(
        scene_session=session, tool="scale_model", instance="one", status="success",
        client_name="Claude", client_version="2.1", user_agent="claude/2.1",
        remote_address="203.0.113.8", duration_ms=1.5, resolution_rule="argument",
    )  # fmt: skip
    cause = '{"callId":"c","tool":"scale_model","title":"Scale","summary":"Larger.","by":"Claude"}'
    SceneRevision.objects.create(
        scene_session=session, revision=1, patch="[]", inverse="[]", cause=cause
    )


@pytest.fixture
def lived_in(world: World) -> SceneSession:
    """A session in which something happened, as it did in another's."""
    for session in (world.mine, world.others):
        live_in(session)
    return world.mine


@pytest.mark.requirement("E1")
@pytest.mark.requirement("C9")
def test_owners_see_who_calls_and_looks_on_and_key_holders_not_where_from(
    world: World, lived_in: SceneSession
) -> None:
    path = f"sessions/{lived_in.pk}/"
    me, holder = world.client("me"), with_key(lived_in.edit_key)
    (call,) = me.get(f"{path}tool-calls/").body["results"]
    assert (call["clientName"], call["clientVersion"]) == ("Claude", "2.1")
    assert (call["userAgent"], call["remoteAddress"]) == ("claude/2.1", "203.0.113.8")
    assert call["startedAt"]
    (browser,) = me.get(f"{path}browsers/").body["results"]
    assert (browser["connected"], browser["reconnections"]) == (True, 2)
    assert (browser["userAgent"], browser["remoteAddress"]) == ("Firefox", "203.0.113.7")
    (revision,) = me.get(f"{path}revisions/").body["results"]
    assert revision["cause"]["summary"] == "Larger."
    for tail in ("tool-calls/", "browsers/"):
        (row,) = holder.get(f"{path}{tail}").body["results"]
        assert (row["userAgent"], row["remoteAddress"]) == (None, None)
    shown = me.get(path).body
    assert (shown["browsers"], shown["lastCallAt"]) == (1, call["startedAt"])
    empty = world.client("staff").get(f"sessions/{world.nobodys.pk}/").body
    assert (empty["browsers"], empty["lastCallAt"]) == (0, None)


@pytest.mark.requirement("C9")
def test_of_a_session_without_an_owner_staff_alone_see_where_people_are(world: World) -> None:
    live_in(world.nobodys)
    staff, holder = world.client("staff"), with_key(world.nobodys.edit_key)
    for tail in ("tool-calls/", "browsers/"):
        path = f"sessions/{world.nobodys.pk}/{tail}"
        (row,) = holder.get(path).body["results"]
        assert (row["userAgent"], row["remoteAddress"]) == (None, None)
        (row,) = staff.get(path).body["results"]
        assert None not in (row["userAgent"], row["remoteAddress"])


@pytest.mark.requirement("E4")
def test_staff_read_the_statistics(world: World, lived_in: SceneSession) -> None:
    del lived_in
    stats = world.client("staff").get("stats/").body
    assert (stats["totalSessions"], stats["activeConnections"]) == (3, 2)


@pytest.mark.requirement("C3")
def test_people_see_which_of_their_sessions_a_call_would_mean(world: World, settings: Any) -> None:
    me = world.client("me")
    only = me.get("routing/").body
    assert (only["rule"], only["id"], only["calls"]) == ("owned", world.mine.pk, None)
    newer = make_scene_session(world.me)
    asked = me.get("routing/").body
    assert (asked["strategy"], asked["rule"], asked["id"]) == ("ask", "none", None)
    assert {choice["id"] for choice in asked["choices"]} == {world.mine.pk, newer.pk}
    settings.MCP_ROUTING_STRATEGY = "newest"
    assert me.get("routing/").body["id"] == newer.pk
    me.ask("PATCH", "me/", {"strategy": "oldest"})
    preferred = me.get("routing/").body
    assert (preferred["ownStrategy"], preferred["strategy"]) == ("oldest", "oldest")
    assert (preferred["serverStrategy"], preferred["id"]) == ("newest", world.mine.pk)
    staffs = world.client("staff").get("routing/").body
    assert (staffs["id"], staffs["choices"]) == (None, [])
    assert "argument" in staffs["calls"]["byRule"]


@pytest.mark.requirement("C9")
def test_people_keep_what_they_prefer(world: World) -> None:
    me = world.client("me")
    assert me.get("me/").body == {
        "id": world.me.pk, "username": "me", "isStaff": False, "theme": "", "strategy": "",
    }  # fmt: skip
    assert me.ask("PATCH", "me/", {"theme": "dark"}).status == 200
    changed = me.ask("PATCH", "me/", {"strategy": "most_active"})
    assert (changed.body["theme"], changed.body["strategy"]) == ("dark", "most_active")
    assert with_token(world.me).get("me/").body == changed.body
    assert world.client("staff").get("me/").body["theme"] == ""


def test_a_token_is_given_for_a_password_and_ends_when_it_is_revoked() -> None:
    make_user("me", password=PASSWORD)
    nobody = ApiClient()
    given = nobody.post("token/", {"username": "me", "password": PASSWORD})
    me = ApiClient({"authorization": f"Token {given.body['token']}"})
    assert me.get("me/").body["username"] == "me"
    assert me.ask("DELETE", "token/").status == 204
    assert me.get("me/").code == "authentication_failed"
    wrong = [
        nobody.post("token/", {"username": name, "password": password})
        for name, password in (("me", "wrong"), ("no one", PASSWORD))
    ]
    assert [answer.code for answer in wrong] == ["authentication_failed"] * 2
    assert wrong[0].body == wrong[1].body
    User.objects.filter(username="me").update(is_active=False)
    assert nobody.post("token/", {"username": "me", "password": PASSWORD}).body == wrong[0].body
