"""A view's token: how long it opens the scene, and for whom."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest
from pytest_django import Settings

from sessions_app.browsers.chat_views import SceneView, scene_view
from sessions_app.errors import SceneSessionClosedError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals
from sessions_app.limits.view_waits import (
    MAX_WAITING_OF_A_SCENE,
    MAX_WAITING_OF_AN_ADDRESS,
    ViewWaits,
)
from sessions_app.models import SceneSession
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.people.view_tokens import (
    VALID_FOR,
    ViewExpiredError,
    read_view_token,
    view_token,
)
from sessions_app.sessions.closing import edit_key_replace, scene_session_close
from tests.support.clocks import moved
from tests.support.scenes import make_scene_session


@pytest.fixture
def scene(transactional_db: None) -> SceneSession:
    del transactional_db
    return make_scene_session()


def look(token: str, principal: Principal = ANYONE, since: int | None = None) -> SceneView:
    return scene_view(read_view_token(token), principal, since=since)


def test_a_token_opens_its_scene_for_an_hour(scene: SceneSession) -> None:
    token = view_token(scene.pk, scene.edit_key)
    seen = look(token)
    assert (seen.revision, seen.is_news, seen.edit_key) == (0, True, scene.edit_key)
    assert not look(token, since=0).is_news
    assert look(token, since=7).is_news  # of a database that was put back
    with moved(VALID_FOR - timedelta(seconds=1)):
        assert look(token).is_news
    with moved(VALID_FOR + timedelta(seconds=1)), pytest.raises(ViewExpiredError) as expired:
        look(token)
    assert not expired.value.is_guess


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda _: "", lambda _: "ey:a"])
def test_a_token_that_is_none_of_ours_counts_as_a_guess(
    scene: SceneSession, change: Callable[[str], str]
) -> None:
    with pytest.raises(ViewExpiredError) as forged:
        look(change(view_token(scene.pk, scene.edit_key)))
    assert forged.value.is_guess


def test_a_new_link_and_the_end_of_the_scene_end_its_tokens(scene: SceneSession) -> None:
    token = view_token(scene.pk, scene.edit_key)
    edit_key = edit_key_replace(scene.pk)
    assert edit_key is not None
    with pytest.raises(ViewExpiredError):
        look(token)
    token = view_token(scene.pk, edit_key)
    scene_session_close(scene.pk, closed_by=SceneSession.Closer.CLIENT, because="It is done.")
    with pytest.raises(SceneSessionClosedError):
        look(token)


def test_where_people_sign_in_a_token_serves_its_owner_alone(
    scene: SceneSession, settings: Settings
) -> None:
    settings.MCP_ENABLE_MULTI_USER = True
    token = view_token(scene.pk, scene.edit_key)
    assert look(token, Principal(user_id=1, is_staff=True)).is_news
    with pytest.raises(ViewExpiredError):
        look(token, Principal(user_id=1))


def test_waits_are_limited_by_scene_and_by_address() -> None:
    refusals.take()
    waits = ViewWaits()
    here = (Network("here"),)
    with ExitStack() as held:
        for _ in range(MAX_WAITING_OF_A_SCENE):
            held.enter_context(waits.hold(1, here))
        with pytest.raises(TooBusyError), waits.hold(1, ()):
            pass
        for _ in range(MAX_WAITING_OF_AN_ADDRESS - MAX_WAITING_OF_A_SCENE):
            held.enter_context(waits.hold(2, here))
        with pytest.raises(TooBusyError), waits.hold(3, here):
            pass
        with waits.hold(3, (Network("elsewhere"),)) as ended:
            waits.end_all()
            assert ended.is_set()
    assert waits.waiting == 0
    with waits.hold(1, here) as ended:
        assert ended.is_set()
    assert {limit for limit, _ in refusals.take()} == {
        Limit.CHAT_VIEWS_PER_SESSION,
        Limit.CHAT_VIEWS_PER_ADDRESS,
    }
