"""Codes that open a scene: once, for ten minutes, and guessed at by few tries."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from sessions_app.browsers import code_failures, scene_codes
from sessions_app.browsers.pairings import Visitor, pairing_join
from sessions_app.browsers.scene_codes import scene_code_create, scene_code_find
from sessions_app.errors import (
    PairingCodeUnknownError,
    TooManyCodesTriedError,
    TooManyConnectionsError,
)
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import Pairing, PairingCode, PairingCodeFailure, SceneSession
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.sessions import clean_up
from sessions_app.sessions.closing import edit_key_replace, scene_session_close
from sessions_app.web import origins
from sessions_app.web.pairing_codes import VALID_FOR
from tests.support.clocks import moved
from tests.support.people import switch_on
from tests.support.scenes import make_scene_session

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]

WRONG = "ZZZZZZ"
HERE = "198.51.100.7"


def code_of(scene: SceneSession) -> str:
    code = scene_code_create(scene.pk, edit_key=scene.edit_key)
    assert code is not None
    return code


def find(code: str, *, address: str | None = None, principal: Principal = ANYONE) -> UUID:
    return scene_code_find(code, principal, origins.networks_of(address))


def join(code: str, scene: SceneSession) -> Pairing:
    visitor = Visitor(uuid4().hex, "", uuid4().hex, None, "")
    return pairing_join(access=Access(edit_key=scene.edit_key), visitor=visitor, code=code).pairing


def refused(code: str, **whose: Any) -> str:
    with pytest.raises(PairingCodeUnknownError) as caught:
        find(code, **whose)
    return caught.value.message + caught.value.page_text


def wrong_tries(addresses: Iterable[str | None]) -> None:
    for address in addresses:
        refused(WRONG, address=address)


def test_a_code_opens_its_scene_and_is_used_up_by_the_first_who_joins() -> None:
    scene = make_scene_session()
    code = code_of(scene)
    assert find(code) == find(f" {code[:3].lower()}-{code[3:]}") == scene.edit_key
    assert join(code, scene).scene_session == scene
    unknown = refused(WRONG)
    assert refused(code) == unknown
    with pytest.raises(PairingCodeUnknownError):
        join(code, scene)
    assert Pairing.objects.count() == 1
    [stored] = PairingCode.objects.values_list("code_digest", flat=True)
    assert code not in stored


def test_a_page_that_finds_no_place_does_not_use_the_code_up(settings: Settings) -> None:
    settings.MCP_MAX_BROWSERS_PER_SESSION = 1
    scene = make_scene_session()
    join(code_of(scene), scene)
    code = code_of(scene)
    with pytest.raises(TooManyConnectionsError):
        join(code, scene)
    assert find(code) == scene.edit_key


def test_a_code_ends_after_ten_minutes_with_its_scene_and_with_its_link() -> None:
    scene = make_scene_session()
    code, unknown = code_of(scene), refused(WRONG)
    with moved(VALID_FOR - timedelta(seconds=5)):
        assert find(code) == scene.edit_key
    with moved(VALID_FOR):
        assert refused(code) == unknown
    old_key = scene.edit_key
    scene.edit_key = edit_key_replace(scene.pk) or old_key
    assert refused(code) == unknown
    assert scene_code_create(scene.pk, edit_key=old_key) is None
    code = code_of(scene)
    scene_session_close(
        scene.pk, closed_by=SceneSession.Closer.CLIENT, because="It is done.", protocol_session=None
    )
    assert refused(code) == unknown
    assert scene_code_create(scene.pk, edit_key=scene.edit_key) is None


def test_a_scene_has_five_codes_the_latest_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, other = make_scene_session(), make_scene_session()
    elsewhere = code_of(other)
    first, *latest = [code_of(scene) for _ in range(6)]
    refused(first)
    assert {find(code) for code in latest} == {scene.edit_key}
    assert find(elsewhere) == other.edit_key
    monkeypatch.setattr(scene_codes, "MOST_IN_ALL", 6)
    assert scene_code_create(other.pk, edit_key=other.edit_key) is None
    with moved(VALID_FOR):
        assert scene_code_create(other.pk, edit_key=other.edit_key) is not None


def test_after_five_wrong_codes_an_address_waits_and_no_other_one_does() -> None:
    scene = make_scene_session()
    code = code_of(scene)
    refusals.take()
    wrong_tries([HERE] * 4)
    assert find(code, address=HERE) == scene.edit_key  # right ones do not count
    wrong_tries([HERE])
    for tried in (code, WRONG):
        with pytest.raises(TooManyCodesTriedError) as caught:
            find(tried, address=HERE)
        assert "Wait 10 minutes" in caught.value.message
    assert [limit for limit, _ in refusals.take()] == [Limit.CODE_FAILURES_PER_CLIENT]
    assert PairingCodeFailure.objects.count() == 5  # what was refused is no further failure
    assert find(code, address="198.51.100.8") == scene.edit_key
    with moved(timedelta(minutes=9)):
        with pytest.raises(TooManyCodesTriedError) as caught:
            find(code, address=HERE)
        assert "Wait 1 minute," in caught.value.message
    with moved(timedelta(minutes=10)):
        refused(code, address=HERE)  # it has expired, and tries are free again


def test_a_site_of_ipv6_has_twenty_tries_and_each_network_in_it_five() -> None:
    code = code_of(make_scene_session())
    networks = [f"2001:db8:1:{number:x}00::1" for number in range(5)]
    for network in networks[:4]:
        wrong_tries([network] * 5)
        with pytest.raises(TooManyCodesTriedError):
            find(code, address=network)
    with pytest.raises(TooManyCodesTriedError):
        find(code, address=networks[4])
    assert find(code, address="2001:db8:2::1")


def test_all_together_have_a_limit_those_too_that_share_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert code_failures.MOST_IN_ALL == 5000
    monkeypatch.setattr(code_failures, "MOST_IN_ALL", 7)
    code = code_of(make_scene_session())
    refusals.take()
    wrong_tries([None, None, None, *(f"198.51.100.{number}" for number in range(1, 5))])
    with pytest.raises(TooManyCodesTriedError):
        find(code, address="198.51.100.99")
    assert [limit for limit, _ in refusals.take()] == [Limit.CODE_FAILURES]


def test_where_people_sign_in_a_code_opens_nothing_that_they_do_not_reach(
    settings: Settings,
) -> None:
    switch_on(settings)
    owner, other = (User.objects.create(username=name) for name in ("owner", "other"))
    scene = make_scene_session()
    SceneSession.objects.filter(pk=scene.pk).update(owner=owner)
    code, unknown = code_of(scene), refused(WRONG, principal=Principal(owner.pk))
    for stranger in (ANYONE, Principal(other.pk), Principal(joined=(scene.pk + 1,))):
        assert refused(code, principal=stranger) == unknown
    for reaches in (
        Principal(owner.pk),
        Principal(joined=(scene.pk,)),
        Principal(0, is_staff=True),
    ):
        assert find(code, principal=reaches) == scene.edit_key  # strangers did not use it up


def test_expired_codes_and_old_failures_are_deleted() -> None:
    scene = make_scene_session()
    join(code_of(scene), scene)
    code_of(scene)
    refused(WRONG)
    assert clean_up.codes_delete() == 0
    with moved(VALID_FOR + timedelta(seconds=1)):
        assert clean_up.codes_delete() == 3
    assert not PairingCode.objects.exists()
    assert not PairingCodeFailure.objects.exists()
