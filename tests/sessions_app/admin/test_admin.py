"""The admin: staff read everything there, and nobody changes anything."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from sessions_app import clock
from sessions_app.admin import read_only
from sessions_app.limits.rates import Rate
from sessions_app.models import (
    Binding,
    EventStream,
    Pairing,
    SceneCheckpoint,
    SceneRevision,
    SceneSession,
    Subscription,
    ToolCall,
    Worker,
)
from sessions_app.sessions.opening import scene_session_open
from sessions_app.web.callers import Caller
from tests.support.clocks import moved
from tests.support.operations import step_of
from tests.support.scenes import steer
from tests.support.stores import PASSWORD

MODELS = [
    SceneSession, Pairing, ToolCall, SceneRevision, SceneCheckpoint, Binding, Worker, EventStream,
    Subscription,
]  # fmt: skip
NAMES = [model._meta.model_name for model in MODELS]

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A3")]


@pytest.fixture
def scene_session() -> SceneSession:
    """A session with one row of everything that belongs to it."""
    session = scene_session_open(opened_by=SceneSession.Origin.BROWSER, caller=Caller())
    now = clock.now()
    Pairing.objects.create(scene_session=session, browser_id="tab-1", lease_until=now)
    ToolCall.objects.create(scene_session=session, tool="scale_model", instance="one")
    SceneRevision.objects.create(
        scene_session=session, revision=1, patch="[]", inverse="[]", cause="{}"
    )
    SceneCheckpoint.objects.create(
        scene_session=session, name="dawn", revision=1, document="{}", document_bytes=2, by="person"
    )
    Binding.objects.create(scene_session=session, protocol_session="0" * 32)
    worker = Worker.objects.create(id="0" * 32, instance="one", lease_until=now)
    EventStream.objects.create(worker=worker, holder="127.0.0.1 1", slot=0)
    Subscription.objects.create(
        scene_session=session,
        protocol_session="0" * 32,
        uri=f"scene://{session.edit_key}",
        revision=0,
    )
    return session


def sign_in(client: Client, *, staff: bool) -> Client:
    User.objects.create_user("person", password=PASSWORD, is_staff=staff, is_superuser=staff)
    assert client.login(username="person", password=PASSWORD)
    return client


@pytest.fixture
def staff(client: Client) -> Client:
    return sign_in(client, staff=True)


def address(name: str | None, view: str, *arguments: object) -> str:
    return reverse(f"admin:sessions_app_{name}_{view}", args=arguments)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("scene_session")
def test_staff_open_every_list_and_every_row(staff: Client, name: str) -> None:
    model = dict(zip(NAMES, MODELS, strict=True))[name]
    listed = staff.get(address(name, "changelist"))
    assert listed.status_code == 200
    assert list(listed.context["cl"].result_list) == list(model._default_manager.all())
    row = staff.get(address(name, "change", model._default_manager.get().pk))
    assert row.status_code == 200
    assert b'name="_save"' not in row.content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("scene_session")
def test_nothing_can_be_added_changed_or_deleted(staff: Client, name: str) -> None:
    model = dict(zip(NAMES, MODELS, strict=True))[name]
    before = list(model._default_manager.values())
    key = model._default_manager.get().pk
    selected = {"action": "delete_selected", "_selected_action": str(key), "post": "yes"}
    statuses = [
        staff.post(address(name, "add"), {}).status_code,
        staff.post(address(name, "change", key), {"instance": "other"}).status_code,
        staff.post(address(name, "delete", key), {"post": "yes"}).status_code,
    ]
    staff.post(address(name, "changelist"), selected)
    assert statuses == [403, 403, 403]
    assert list(model._default_manager.values()) == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("signed_in", [True, False])
def test_who_is_not_staff_is_sent_to_sign_in(client: Client, name: str, signed_in: bool) -> None:
    if signed_in:
        sign_in(client, staff=False)
    answer = client.get(address(name, "changelist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


@pytest.mark.requirement("C6")
def test_passwords_of_staff_cannot_be_guessed_at_will(client: Client, settings: Settings) -> None:
    settings.API_TOKEN_RATE = Rate(calls=3, seconds=3000)
    sign_in(client, staff=True).logout()
    login = reverse("admin:login")
    for number in range(3):
        wrong = client.post(login, {"username": "person", "password": f"guess {number}"})
        assert "correct username and password" in wrong.content.decode()
    refused = client.post(login, {"username": "Person", "password": PASSWORD})
    assert re.search(r"Too many attempts to sign in\. Wait \d+ s", refused.content.decode())
    token = client.post(
        "/api/token/", {"username": "person", "password": PASSWORD}, "application/json"
    )
    assert token.status_code == 429
    with moved(timedelta(seconds=1001)):
        assert client.post(login, {"username": "person", "password": PASSWORD}).status_code == 302


def test_an_edit_key_stands_whole_on_its_own_sessions_page_only(
    staff: Client, scene_session: SceneSession
) -> None:
    key = str(scene_session.edit_key)
    for name in NAMES:
        listed = staff.get(address(name, "changelist")).content.decode()
        assert key not in listed, name
        if name == "scenesession":
            assert f"{key[:8]}…" in listed
    own = staff.get(address("scenesession", "change", scene_session.pk)).content.decode()
    assert key in own


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("worker", "eventstream")])
def test_lists_are_searched_by_the_internal_id(
    staff: Client, scene_session: SceneSession, name: str
) -> None:
    other = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    for word, found in [(scene_session.pk, 1), (other.pk + 1, 0), ("no number", 0)]:
        listed = staff.get(address(name, "changelist"), {"q": str(word)})
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == found, word
        page = listed.content.decode()
        assert f"{found} found" in page
        assert ("Nothing here is like that" in page) == (not found), word
    assert "show all" not in staff.get(address(name, "changelist")).content.decode()


def test_scenes_are_listed_and_searched_by_their_names(staff: Client) -> None:
    scene_session = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    name = "<b>Harbor</b> at dusk"
    steer(scene_session, step_of("set_environment", name=name))
    for word, found in [("harbor", 1), ("desert", 0)]:
        listed = staff.get(address("scenesession", "changelist"), {"q": word})
        assert listed.context["cl"].result_count == found, word
        assert ("&lt;b&gt;Harbor&lt;/b&gt; at dusk" in listed.content.decode()) == bool(found)
        overview = staff.get(reverse("admin:index"), {"search": word})
        assert len(overview.context["sessions"]) == found, word
    own = staff.get(address("scenesession", "change", scene_session.pk)).content.decode()
    assert f"Scene {scene_session.pk}: &lt;b&gt;Harbor" in own
    assert name not in own.partition('id="scene-json"')[0]


def test_the_newest_session_comes_first(staff: Client, scene_session: SceneSession) -> None:
    newer = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    listed = staff.get(address("scenesession", "changelist"))
    assert list(listed.context["cl"].result_list) == [newer, scene_session]


def test_a_list_counts_the_newest_rows_only(
    staff: Client, scene_session: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "MAX_COUNTED_ROWS", 3)
    for _ in range(5):
        ToolCall.objects.create(scene_session=scene_session, tool="get_scene", instance="one")
    listed = staff.get(address("toolcall", "changelist"))
    assert listed.context["cl"].result_count == 3


@pytest.mark.usefixtures("scene_session")
def test_a_list_takes_as_many_queries_for_one_row_as_for_many(staff: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            staff.get(address("toolcall", "changelist"))
        return len(captured)

    with_one_row = queries()
    for _ in range(20):
        other = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
        ToolCall.objects.create(scene_session=other, tool="get_scene", instance="one")
    assert queries() == with_one_row
