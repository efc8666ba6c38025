"""Links that share a session, through the API: for each who asks, and each verb."""

import uuid
from typing import Any

import pytest

from sessions_app.models import SceneSession, SceneSessionEvent, Share
from sessions_app.people.access import Access, role_of
from sessions_app.people.principals import ANYONE
from sessions_app.sessions.closing import scene_session_close
from tests.support.api import (
    Answer,
    ApiClient,
    make_scene_session,
    make_user,
    with_key,
    with_token,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("X3")]

NOT_FOUND, OK = (404, "not_found"), (200, None)
MADE, GONE = (201, None), (204, None)
UNKNOWN, FAILED = (401, "not_authenticated"), (401, "authentication_failed")


class World:
    """A scene of somebody's, one of nobody's, and a share of each."""

    def __init__(self) -> None:
        self.owner, self.stranger = make_user("owner"), make_user("stranger")
        self.staff = make_user("staff", staff=True)
        self.mine, self.nobodys = make_scene_session(self.owner), make_scene_session()
        self.token = ""

    def client(self, who: str) -> ApiClient:
        users = {"owner": self.owner, "stranger": self.stranger, "staff": self.staff}
        if who in users:
            return with_token(users[who])
        if who == "nobody":
            return ApiClient()
        keys = {"key": self.nobodys.edit_key, "wrong key": uuid.uuid4(), "share": self.token}
        return with_key(keys[who])

    def made(self, scene: SceneSession, **given: Any) -> dict[str, Any]:
        who = "staff"
        path = f"sessions/{scene.pk}/shares/"
        body: dict[str, Any] = self.client(who).post(path, {"role": "editor"} | given).body
        self.token = body["url"].split("share=")[1]
        return body


@pytest.fixture
def world() -> World:
    return World()


def told(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


# Of (the owner's scene, nobody's scene): whether it is there for who asks.
REACHES = {
    "owner": (OK, NOT_FOUND),
    "staff": (OK, OK),
    "stranger": (NOT_FOUND, NOT_FOUND),
    "key": (NOT_FOUND, OK),
    "wrong key": (NOT_FOUND, NOT_FOUND),
    "share": (NOT_FOUND, NOT_FOUND),
    "nobody": (UNKNOWN, UNKNOWN),
}
SIGN_IN_ON = REACHES | dict.fromkeys(["key", "wrong key", "share"], (FAILED, FAILED))


@pytest.mark.parametrize("sign_in", [False, True], ids=["sign-in off", "sign-in on"])
@pytest.mark.parametrize("who", REACHES)
def test_shares_are_for_the_owner_staff_and_the_key_while_sign_in_is_off(
    world: World, settings: Any, who: str, sign_in: bool
) -> None:
    settings.MCP_ENABLE_MULTI_USER = sign_in
    expected = (SIGN_IN_ON if sign_in else REACHES)[who]
    for scene, reached in zip((world.mine, world.nobodys), expected, strict=True):
        share = world.made(scene)
        path = f"sessions/{scene.pk}/shares/"
        client = world.client(who)

        def met(there: tuple[int, None], reached: Any = reached) -> Any:
            return there if reached == OK else reached

        assert told(client.get(path)) == met(OK)
        assert told(client.post(path, {"role": "viewer"})) == met(MADE)
        one = f"{path}{share['id']}/"
        assert told(client.get(one)) == met(OK)
        assert told(client.ask("PATCH", one, {"name": "New"})) == met(OK)
        assert told(client.ask("DELETE", one)) == met(GONE)
        # Whatever was refused changed nothing.
        is_there = Share.objects.filter(pk=share["id"], revoked_at=None, name="").exists()
        assert is_there == (reached != OK)


def test_a_share_is_made_shown_once_changed_and_revoked(world: World) -> None:
    client, path = world.client("owner"), f"sessions/{world.mine.pk}/shares/"
    made = client.post(path, {"role": "viewer", "name": "Ann", "expiresInSeconds": 60})
    assert made.body["expiresAt"] is not None
    assert made.headers["Location"] == f"/api/{path}{made.body['id']}/"
    token = made.body["url"].split("/?share=")[1]
    assert Share.objects.filter(token_digest__contains=token[:8]).count() == 0
    grant = role_of(Access(share=token), world.mine, ANYONE)
    assert grant is not None
    assert grant.role == "viewer"
    one = f"{path}{made.body['id']}/"
    assert "url" not in client.get(one).body
    body = {"name": "Anna", "role": "editor", "expiresInSeconds": None}
    changed = client.ask("PATCH", one, body).body
    assert (changed["name"], changed["role"], changed["expiresAt"]) == ("Anna", "editor", None)
    assert client.ask("PATCH", one, {}).body == changed
    [listed] = client.get(path).body["results"]
    assert listed == changed
    assert client.ask("DELETE", one).status == 204
    assert told(client.ask("DELETE", one)) == NOT_FOUND
    assert told(client.ask("PATCH", one, {"name": "x"})) == NOT_FOUND
    assert client.get(path).body["results"] == []
    assert role_of(Access(share=token), world.mine, ANYONE) is None
    events = SceneSessionEvent.objects.filter(scene_session=world.mine, user=world.owner)
    kinds = set(events.values_list("kind", flat=True))
    assert {"shared", "share_edited", "share_ended"} <= kinds


def test_a_share_of_another_scene_is_not_there(world: World) -> None:
    share = world.made(world.nobodys)
    path = f"sessions/{world.mine.pk}/shares/{share['id']}/"
    client = world.client("owner")
    assert told(client.get(path)) == NOT_FOUND
    assert told(client.ask("PATCH", path, {"name": "x"})) == NOT_FOUND
    assert told(client.ask("DELETE", path)) == NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": "owner"},
        {"role": "viewer", "name": "x" * 61},
        {"role": "viewer", "expiresInSeconds": 0},
        {"role": "viewer", "expiresInSeconds": 10**9},
        {"role": "viewer", "expiresAt": "2030-01-01T00:00:00Z"},
        {"role": "viewer", "token": "x"},
    ],
)
def test_what_no_share_can_be_is_refused_and_nothing_is_made(
    world: World, body: dict[str, str]
) -> None:
    answer = world.client("owner").post(f"sessions/{world.mine.pk}/shares/", body)
    assert told(answer) == (400, "invalid")
    assert not Share.objects.exists()


def test_too_many_shares_and_those_of_a_closed_scene_are_refused(world: World) -> None:
    client, path = world.client("owner"), f"sessions/{world.mine.pk}/shares/"
    for _ in range(20):
        made = client.post(path, {"role": "viewer"})
    assert told(client.post(path, {"role": "viewer"})) == (429, "share_limit")
    closer = SceneSession.Closer.USER
    scene_session_close(world.mine.pk, closed_by=closer, because="Done.")
    one = f"{path}{made.body['id']}/"
    assert told(client.post(path, {"role": "viewer"})) == (409, "session_closed")
    assert told(client.ask("PATCH", one, {"name": "x"})) == (409, "session_closed")
    assert told(client.ask("DELETE", one)) == (409, "session_closed")
