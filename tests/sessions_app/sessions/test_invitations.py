"""The link that a client is handed to open a scene's page: for whom it is good, and how long."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient
from pytest_django import Settings

from sessions_app import clock
from sessions_app.limits.networks import Network
from sessions_app.limits.rates import Rate
from sessions_app.models import SceneSession
from sessions_app.pages import views
from sessions_app.sessions.invitations import invitation_create
from sessions_app.sessions.opening import scene_session_open
from sessions_app.storage import database
from sessions_app.web.callers import Caller

pytestmark = [
    pytest.mark.anyio, pytest.mark.django_db(transaction=True), pytest.mark.requirement("N9")
]  # fmt: skip


def _invite(owner: str | None) -> tuple[SceneSession, str]:
    """A scene, owned or not, and the path of the invitation to it."""
    scene_session = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    if owner is not None:
        scene_session.owner = User.objects.create_user(owner)
        scene_session.save()
    return scene_session, f"/open/{invitation_create(scene_session.pk)}"


async def test_an_invitation_to_an_owned_scene_is_good_for_its_owner_only() -> None:
    scene_session, path = await database.run(_invite, "owner")
    other = await database.run(User.objects.create_user, "other")
    visitor = AsyncClient()
    assert (await visitor.get(path)).status_code == 404
    await visitor.aforce_login(other)
    assert (await visitor.post(path)).status_code == 404
    assert scene_session.owner is not None
    await visitor.aforce_login(scene_session.owner)
    opened = await visitor.post(path)
    assert opened.status_code == 303
    assert str(scene_session.edit_key) in opened.headers["location"]


async def test_an_invitation_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    _, path = await database.run(_invite, None)
    visitor, real_now = AsyncClient(), clock.now
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(minutes=9, seconds=50))
    assert (await visitor.get(path)).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(minutes=10, seconds=1))
    assert (await visitor.get(path)).status_code == 404
    assert (await visitor.post(path)).status_code == 404


async def test_pages_cannot_count_wrong_links_for_those_who_look_at_them(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.MCP_FAILURES_PER_CLIENT = Rate(2, 60)
    monkeypatch.setattr(views, "networks_of", lambda _: (Network("203.0.113.77"),))
    visitor, (_, path) = AsyncClient(), await database.run(_invite, None)
    for kind in ("image", "iframe", "empty"):
        answer = await visitor.get("/open/wrong", headers={"sec-fetch-dest": kind})
        assert answer.status_code == 403
    assert (await visitor.get(path, headers={"sec-fetch-dest": "document"})).status_code == 200


async def test_a_scene_has_one_invitation_in_its_life() -> None:
    scene_session, path = await database.run(_invite, None)
    assert await database.run(invitation_create, scene_session.pk) is None
    assert (await AsyncClient().get(path)).status_code == 200
