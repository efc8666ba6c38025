"""Staff link identities to users, and see no code, digest or token."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from rest_framework.authtoken.models import Token

from sessions_app import clock
from sessions_app.models import Identity, JoinCode
from tests.support.scenes import make_scene_session

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A5")]


def make_staff(*codenames: str, is_superuser: bool = False) -> User:
    user = User.objects.create_user("staff", is_staff=True, is_superuser=is_superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.mark.parametrize("is_superuser", [True, False])
def test_an_identity_is_linked_to_another_user_and_to_staff_by_superusers_only(
    client: Client, is_superuser: bool
) -> None:
    staff = make_staff("view_identity", "change_identity", is_superuser=is_superuser)
    first, second = (User.objects.create_user(name) for name in ("one", "two"))
    identity = Identity.objects.create(issuer="https://issuer.example", subject="s", user=first)
    client.force_login(staff)
    page = reverse("admin:sessions_app_identity_change", args=[identity.pk])
    client.post(page, {"user": second.pk, "subject": "other", "issuer": "https://other.example"})
    identity.refresh_from_db()
    assert (identity.user, identity.subject) == (second, "s")
    assert identity.issuer == "https://issuer.example"
    client.post(page, {"user": staff.pk})
    identity.refresh_from_db()
    assert identity.user == (staff if is_superuser else second)


def test_codes_digests_and_tokens_are_not_shown(client: Client) -> None:
    staff = make_staff(is_superuser=True)
    client.force_login(staff)
    token = Token.objects.create(user=staff)
    code = JoinCode.objects.create(
        scene_session=make_scene_session(),
        user=staff,
        code_digest="d1935" * 12,
        expires_at=clock.now(),
    )
    pages = {
        "admin:sessions_app_joincode_changelist": (),
        "admin:sessions_app_joincode_change": (code.pk,),
        "admin:index": (),
    }
    for name, arguments in pages.items():
        answer = client.get(reverse(name, args=arguments))
        assert answer.status_code == 200, name
        assert token.key not in answer.content.decode(), name
        assert code.code_digest not in answer.content.decode(), name
    with pytest.raises(NoReverseMatch):  # a page of tokens would name each by itself
        reverse("admin:authtoken_tokenproxy_changelist")
