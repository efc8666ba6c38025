"""Whatever goes wrong below /api/ is told in one shape (RFC 9457)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings
from django.test import AsyncClient

from mcp_bridge.tools import TOOLS
from sessions_app import clock
from sessions_app.api import problems
from sessions_app.api.parsing import MAX_BODY_BYTES
from sessions_app.api.views import sessions
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession
from sessions_app.scene.errors import SceneError
from sessions_app.web import origins
from tests.support.api import (
    Answer,
    ApiClient,
    make_scene_session,
    make_user,
    with_key,
    with_token,
)
from tests.support.stores import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> ApiClient:
    return with_token(make_user("me"))


def for_mcp_clients(advice: str) -> list[str]:
    """What only a client with tools could do of an advice."""
    own_words = [*(tool.name for tool in TOOLS), "as `scene`", "send the call"]
    return [word for word in own_words if word in advice]


def require_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body["status"] == status
    assert answer.body["title"] == problems.KINDS[code].title
    assert answer.body["detail"]
    assert not for_mcp_clients(answer.body["detail"])
    assert answer.body["type"].endswith(code)


@pytest.mark.parametrize("path", ["", "sessions", "sessions/1/undo/", "../api/x", "me/.json"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_not_found(path: str, method: str) -> None:
    require_problem(ApiClient().ask(method, path), 404, "not_found")


def test_a_method_that_a_path_lacks_is_refused_with_those_that_it_has(me: ApiClient) -> None:
    for method in ("PUT", "OPTIONS", "TRACE"):
        answer = me.ask(method, "me/")
        require_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed"),
        (b"\xff", "malformed"),
        (b"[" * 10_000, "malformed"),
        (b'{"theme": NaN}', "malformed"),
        (b'{"theme": "\\ud800"}', "malformed"),
        (b'{"\\ud800": 1}', "malformed"),
        (b"[]", "invalid"),
        (b"7", "invalid"),
        (b'{"theme": "blue"}', "invalid"),
        (b'{"theme": null}', "invalid"),
        (b'{"theme": "\\u0000"}', "invalid"),
        (b'{"isStaff": true}', "invalid"),
        (b'{"colour": 1}', "invalid"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(me: ApiClient, body: bytes, code: str) -> None:
    require_problem(me.ask("PATCH", "me/", body), 400, code)


def test_each_member_that_is_not_accepted_is_named(me: ApiClient) -> None:
    refused = me.ask("PATCH", "me/", {"theme": "blue", "strategy": "best"})
    assert {fault["name"] for fault in refused.body["errors"]} == {"theme", "strategy"}
    assert '"blue" is not a valid choice' in str(refused.body["errors"])


def test_only_json_is_read_and_answers_are_json_whatever_is_asked_for(me: ApiClient) -> None:
    refused = me.ask(
        "PATCH", "me/", b"theme=dark", content_type="application/x-www-form-urlencoded"
    )
    require_problem(refused, 415, "unsupported_media_type")
    for accept in ("text/html", "application/xml", "nonsense"):
        assert me.get("me/", accept=accept).body["username"] == "me"


def test_a_large_body_is_refused_unread(me: ApiClient) -> None:
    before = sum(refusals.take().values())
    require_problem(me.ask("PATCH", "me/", b" " * (MAX_BODY_BYTES + 1)), 413, "too_large")
    assert sum(refusals.take().values()) == 1, before
    assert me.ask("PATCH", "me/", b'{"theme": ""}'.ljust(MAX_BODY_BYTES)).status == 200


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(me: ApiClient) -> None:
    refused = me.ask("PATCH", "me/", {"theme": "dark"}, **{"transfer-encoding": "chunked"})
    require_problem(refused, 411, "length_required")


@pytest.mark.parametrize("path", ["sessions/", "token/"])
def test_pages_of_other_origins_change_nothing(path: str) -> None:
    refused = ApiClient().post(path, {}, origin="https://evil.example")
    require_problem(refused, 403, "origin_refused")
    assert ApiClient().post("sessions/", origin="null").code == "origin_refused"
    assert not SceneSession.objects.exists()
    assert ApiClient().post("sessions/", origin="http://testserver").status == 201


def test_what_a_signed_in_page_changes_needs_the_csrf_token() -> None:
    browser = AsyncClient(enforce_csrf_checks=True)
    browser.force_login(make_user("me"))
    page = ApiClient(client=browser)
    assert page.get("me/").body["username"] == "me"
    for method, path in (("PATCH", "me/"), ("POST", "sessions/"), ("DELETE", "token/")):
        require_problem(page.ask(method, path), 403, "csrf_failed")
    token = "t" * 32
    browser.cookies[settings.CSRF_COOKIE_NAME] = token
    changed = page.ask("PATCH", "me/", {"theme": "dark"}, **{"x-csrftoken": token})
    assert changed.body["theme"] == "dark"


@pytest.mark.parametrize("kind", [RuntimeError, SceneError])  # the latter is told MCP clients only
def test_our_own_fault_is_told_by_reference_and_logged(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise kind("the reason, which nobody else is to read")

    monkeypatch.setattr(sessions, "scene_session_open", fail)
    answer = ApiClient().post("sessions/")
    require_problem(answer, 500, "internal")
    assert "reason" not in str(answer.body)
    (record,) = [found for found in caplog.records if found.name == "sessions_app.api.problems"]
    assert vars(record)["reference"] in answer.body["detail"]


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[list[datetime]]:
    """Three requests in a minute, two tokens in a minute; the clock goes on when it is told to."""
    settings.API_RATE, settings.API_TOKEN_RATE = Rate(3, 60), Rate(2, 60)
    settings.RATE_SHARED_ADDRESSES = []
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    origins.rate_key.cache_clear()
    now = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    yield now
    origins.rate_key.cache_clear()


@pytest.mark.requirement("C6")
def test_too_many_requests_of_a_person_are_refused_until_the_time_that_is_told(
    moments: list[datetime],
) -> None:
    me, other = with_token(make_user("me")), with_token(make_user("other"))
    assert [me.get("me/").status for _ in range(4)] == [200, 200, 200, 429]
    refused = me.get("me/")
    require_problem(refused, 429, "throttled")
    wait = refused.body["retryAfterSeconds"]
    assert refused.headers["Retry-After"] == str(wait)
    assert "Wait 20 s" in refused.body["detail"]
    assert other.get("me/").status == 200
    moments[0] += timedelta(seconds=wait)
    assert [me.get("me/").status for _ in range(2)] == [200, 429]


@pytest.mark.requirement("C6")
@pytest.mark.usefixtures("moments")
def test_people_without_a_name_are_counted_by_address() -> None:
    session = make_scene_session()
    holder = with_key(session.edit_key)

    def ask(address: str) -> int:
        return holder.get(f"sessions/{session.pk}/", **{"x-forwarded-for": address}).status

    assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8::3")] == [200] * 3
    assert ask("2001:db8::4") == 429
    assert ask("2001:db8:0:1::1") == 200


@pytest.mark.requirement("C6")
@pytest.mark.usefixtures("moments")
def test_guesses_of_a_password_are_few_from_wherever_they_come() -> None:
    make_user("me", password=PASSWORD)
    guesser = ApiClient()

    def guess(name: str, address: str, password: str = "") -> int:
        body = {"username": name, "password": password or "wrong"}
        return guesser.post("token/", body, **{"x-forwarded-for": address}).status

    assert [guess("me", "192.0.2.1"), guess("ME", "192.0.2.2")] == [401, 401]
    assert guess("me", "192.0.2.3", PASSWORD) == 429
    assert [guess("one", "192.0.2.9"), guess("two", "192.0.2.9")] == [401, 401]
    assert guess("three", "192.0.2.9") == 429


@pytest.mark.requirement("C6")
@pytest.mark.usefixtures("moments")
def test_one_address_cannot_keep_everybody_from_signing_in() -> None:
    make_user("me", password=PASSWORD)

    def sign_in(name: str, address: str, password: str) -> int:
        body = {"username": name, "password": password}
        return ApiClient().post("token/", body, **{"x-forwarded-for": address}).status

    assert [sign_in(name, "192.0.2.9", "no") for name in ("one", "two")] == [401, 401]
    assert [sign_in("me", "192.0.2.9", "no") for _ in range(3)] == [429] * 3
    assert sign_in("me", "192.0.2.1", PASSWORD) == 200


@pytest.mark.requirement("C6")
def test_limits_of_new_sessions_are_told_as_problems(settings: Any) -> None:
    settings.MCP_MAX_SESSIONS_PER_USER = 1
    me = with_token(make_user("me"))
    assert me.post("sessions/").status == 201
    require_problem(me.post("sessions/"), 429, "session_limit")
    settings.SCENE_CREATION_QUOTA = Rate(1, 600)
    settings.RATE_SHARED_ADDRESSES = []
    origins.rate_key.cache_clear()
    assert ApiClient().post("sessions/").status == 201
    refused = ApiClient().post("sessions/")
    require_problem(refused, 429, "creation_quota")
    assert 500 < int(refused.headers["Retry-After"]) <= 600
    origins.rate_key.cache_clear()
