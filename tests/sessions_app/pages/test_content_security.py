"""Every page says what it may load (Content Security Policy), errors and the admin's pages too."""

import pytest
from django.test import AsyncClient
from pytest_django import Settings

from sessions_app.storage import database
from sessions_app.web import links
from tests.support.people import person, switch_on
from tests.support.scenes import make_scene_session

pytestmark = [
    pytest.mark.anyio, pytest.mark.django_db(transaction=True), pytest.mark.requirement("A3")
]  # fmt: skip

PAGES = ("/", "/open/wrong", "/api/docs/", "/accounts/login/", "/admin/login/")
STAFFS = (
    "",
    "sessions_app/scenesession/",
    "sessions_app/scenesession/{}/change/",
    "sessions_app/scenesession/{}/history/",
    "sessions_app/toolcall/",
    "auth/user/add/",
    "auth/group/add/?_popup=1",
    "password_change/",
    "nowhere/",
)


async def _require_policy(client: AsyncClient, path: str, *statuses: int) -> str:
    answer = await client.get(path, headers={"accept": "text/html"})
    assert answer.status_code in statuses, path
    assert answer.headers["content-type"].startswith("text/html"), path
    policy: str = answer.headers["content-security-policy"]
    for directive in ("default-src", "base-uri 'none'", "form-action", "frame-ancestors 'none'"):
        assert directive in policy, path
    assert "unsafe-eval" not in policy
    scripts = policy.split("script-src", 1)[1].split(";", 1)[0]
    assert "unsafe-inline" not in scripts, path
    return policy


async def test_every_page_has_a_policy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(settings)
    settings.DEBUG = False
    visitor = AsyncClient(raise_request_exception=False)
    for path in PAGES[2:]:
        assert "unsafe" not in await _require_policy(visitor, path, 200)
    await _require_policy(visitor, "/nowhere/", 404)
    staff = await person(is_staff=True)
    staff.is_superuser = True
    await database.run(staff.save)
    await visitor.aforce_login(staff)
    scene_session = await database.run(make_scene_session)
    for path in PAGES[:2]:
        await _require_policy(visitor, path, 200, 404)
    for path in STAFFS:
        await _require_policy(visitor, f"/admin/{path.format(scene_session.pk)}", 200, 404)
    host = await visitor.get("/", headers={"host": "evil.example"})
    assert (host.status_code, "content-security-policy" in host.headers) == (400, True)
    monkeypatch.setattr(links, "find_edit_key", None)
    await _require_policy(visitor, "/", 500)


async def test_djangos_pages_of_errors_keep_their_styles_in_development(
    settings: Settings,
) -> None:
    settings.DEBUG = True
    visitor = AsyncClient(raise_request_exception=False)
    policy = await _require_policy(visitor, "/nowhere/", 404)
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe" not in await _require_policy(visitor, "/", 200)
