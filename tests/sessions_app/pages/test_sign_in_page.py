"""Where sign-in is on, the page asks who it is, and comes back to where the person wanted to go."""

import json
import re
from collections.abc import AsyncIterator
from io import StringIO
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import AsyncClient
from playwright.async_api import Browser, Page, expect
from pytest_django import Settings

from mcp_bridge.transport.authentication import METADATA_PATH
from sessions_app.limits.rates import Rate
from sessions_app.models import JoinCode, Pairing, Preferences, SceneSession
from sessions_app.people.identities import identity_find
from sessions_app.people.join_codes import join_code_create, join_code_use
from sessions_app.people.sign_ins import SignIn, principals_now
from sessions_app.sessions.closing import edit_key_replace
from sessions_app.storage import database
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.commands import run_module
from tests.support.forms import send_form
from tests.support.here import serving
from tests.support.http import http_client
from tests.support.people import PASSWORD, SESSION, cookie_of, person, scene_of, switch_on
from tests.support.servers import ServerProcess
from tests.support.tokens import ISSUER, SIGN_IN, token_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.requirement("X3"),
]
with_database = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def origin(settings: Settings) -> AsyncIterator[str]:
    switch_on(settings)
    async with serving() as url:
        yield url


def link_to(origin: str, scene_session: SceneSession) -> str:
    return f"{origin}/?sessionId={scene_session.edit_key}"


async def sign_in(page: Page, name: str) -> None:
    await page.fill("#username", name)
    await page.fill("#password", PASSWORD)
    await page.click("form button[type=submit]")


@with_database
async def test_a_person_signs_in_comes_back_and_signs_out(origin: str, browser: Browser) -> None:
    owner, stranger = await person(), await person()
    await Preferences.objects.acreate(user=owner, theme="dark")
    link = link_to(origin, await scene_of(owner))
    shown = await ScenePage.open(browser, link, width=375, height=700)
    page = shown.page
    await expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    await page.fill("#username", owner.username)
    await page.fill("#password", "wrong")
    await page.click("form button[type=submit]")
    await expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    await sign_in(page, owner.username)
    await shown.shows(0)
    assert page.url == link
    assert await page.get_attribute("html", "data-theme") == "dark"
    # Signing out in another tab ends this one, and offers to sign in again.
    other = await page.context.new_page()
    await other.goto(f"{origin}/")
    await expect(other.locator(".signed-in")).to_contain_text(owner.username[:20])
    await expect(other.locator("#recent")).to_contain_text("Studio")
    await other.click(".signed-in button")
    await shown.becomes(connection="refused")
    await page.click("#refusal-sign-in")
    assert await page.evaluate("localStorage.length") == 0
    # Somebody else's scene is as one that does not exist.
    await sign_in(page, stranger.username)
    await expect(page.locator("#refusal-title")).to_have_text("There is no such scene")
    await shown.close()


@with_database
async def test_a_join_code_opens_its_scene_once_and_leaves_the_address(
    origin: str, browser: Browser
) -> None:
    owner = await person()
    scene_session, other = await scene_of(owner), await scene_of(owner)
    code = await database.run(join_code_create, scene_session.pk, user_id=owner.pk)
    link = link_to(origin, scene_session)
    shown = await ScenePage.open(browser, f"{link}#studio&join={code}")
    await shown.connected()
    assert shown.page.url.split("#")[0] == link
    assert str(code) not in await shown.page.evaluate("JSON.stringify(history.state) + location")
    assert await database.run(lambda: Pairing.objects.get().user_id) == owner.pk
    [cookie] = [one for one in await shown.page.context.cookies() if one["name"] == SESSION]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    # It is good for this scene alone: not for another of the same person, nor for anything else.
    await shown.page.goto(link_to(origin, other))
    await expect(shown.page.locator("#refusal-title")).to_have_text("You are not signed in")
    headers = {"cookie": f"{SESSION}={cookie['value']}"}
    async with http_client(base_url=origin, headers=headers) as http:
        assert (await http.get("/api/sessions/")).status_code in (401, 403)
        assert (await http.get("/admin/")).status_code == 302
    await shown.close()
    again = await ScenePage.open(browser, f"{link}#join={code}")
    await expect(again.page.locator("#join-used")).to_be_visible()
    assert "join=" not in again.page.url
    await again.close()


@with_database
async def test_a_join_code_is_made_for_the_owner_and_kept_as_a_digest(settings: Settings) -> None:
    switch_on(settings)
    owner, staff = await person(), await person(is_staff=True)
    scene_session = await scene_of(owner)
    assert await database.run(join_code_create, scene_session.pk, user_id=staff.pk) is None
    code = str(await database.run(join_code_create, scene_session.pk, user_id=owner.pk))
    stored = await JoinCode.objects.aget()
    assert code not in repr(vars(stored))
    assert (stored.expires_at - stored.created_at).total_seconds() == 600
    visitor = AsyncClient()
    for wrong in ("", "x", code[:-1], code + "x", "x" * 5000):
        assert (await visitor.post("/accounts/join/", {"code": wrong})).status_code == 403
    assert (await visitor.get("/accounts/join/", {"code": code})).status_code == 405
    checked = AsyncClient(enforce_csrf_checks=True)
    assert (await checked.post("/accounts/join/", {"code": code})).status_code == 403
    await JoinCode.objects.aupdate(expires_at=stored.created_at)
    assert await database.run(join_code_use, code) is None
    await JoinCode.objects.aupdate(expires_at=stored.expires_at)
    owner.is_active = False
    await owner.asave()
    assert await database.run(join_code_use, code) is None


async def _code(scene_session: SceneSession) -> str:
    made = await database.run(
        join_code_create, scene_session.pk, user_id=scene_session.owner_id or 0
    )
    assert made is not None
    return made


async def _used(visitor: AsyncClient, code: str) -> int:
    return (await visitor.post("/accounts/join/", {"code": code})).status_code


async def _close(scene_session: SceneSession) -> None:
    by = SceneSession.Closer.USER
    await SceneSession.objects.filter(pk=scene_session.pk).aupdate(state="closed", closed_by=by)


async def _replace(scene_session: SceneSession) -> None:
    assert await database.run(edit_key_replace, scene_session.pk, user_id=None)


async def _give_away(scene_session: SceneSession) -> None:
    await SceneSession.objects.filter(pk=scene_session.pk).aupdate(owner=await person())


@with_database
@pytest.mark.parametrize("end", [_close, _replace, _give_away])
async def test_a_join_code_ends_with_the_link_that_holds_it(settings: Settings, end: Any) -> None:
    switch_on(settings)
    scene_session = await scene_of(await person())
    code, other = await _code(scene_session), await _code(scene_session)
    assert await _used(AsyncClient(), code) == 204
    await end(scene_session)
    assert await _used(AsyncClient(), other) == 403


@with_database
async def test_a_join_code_opens_nothing_for_who_knew_the_cookie_before(
    settings: Settings,
) -> None:
    switch_on(settings)
    visitor = AsyncClient()
    first, second = await scene_of(await person()), await scene_of(await person())
    keys = [""]
    for scene_session in (first, second):
        assert await _used(visitor, await _code(scene_session)) == 204
        keys.append(visitor.cookies[SESSION].value)
    assert len(set(keys)) == 3
    old, new = (SignIn(session_key=key) for key in keys[1:])
    known = await database.run(principals_now, [old, new])
    assert set(known[new].joined) == {first.pk, second.pk}
    assert old not in known
    # A sign-in in the same browser has a key of its own and lasts as long as any other.
    user = await person()
    fields = {"username": user.username, "password": PASSWORD}
    assert (await visitor.post("/accounts/login/", fields)).status_code == 302
    cookie = visitor.cookies[SESSION]
    assert cookie.value not in keys
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE


@with_database
async def test_codes_cannot_be_guessed_at_will(settings: Settings) -> None:
    switch_on(settings)
    settings.MCP_FAILURES_PER_CLIENT = Rate(calls=2, seconds=6000)
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    code = await _code(await scene_of(await person()))
    for used, status in (("a", 403), ("b", 403), (code, 429)):
        answer = await AsyncClient().post(
            "/accounts/join/", {"code": used}, headers={"x-forwarded-for": "203.0.113.77"}
        )
        assert answer.status_code == status
    assert int(answer.headers["retry-after"]) > 0
    assert await _used(AsyncClient(), code) == 204


@with_database
async def test_every_page_asks_for_a_sign_in(settings: Settings) -> None:
    switch_on(settings)
    scene_session = await scene_of(await person())
    visitor = AsyncClient()
    for path in ("/", f"/?sessionId={scene_session.edit_key}", f"/?sessionId={uuid4()}", "/open/x"):
        answer = await visitor.get(path)
        assert answer.status_code == 302
        assert answer.headers["location"].startswith("/accounts/login/?next=/")
    assert (await visitor.post("/scenes/")).headers["location"] == "/accounts/login/?next=/"
    assert await SceneSession.objects.acount() == 1
    owner = await person()
    visitor.cookies[SESSION] = (await cookie_of(owner)).partition("=")[2]
    assert (await visitor.post("/scenes/")).status_code == 302
    assert await SceneSession.objects.filter(owner=owner).acount() == 1


@with_database
@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
async def test_signing_in_leads_to_no_other_site(settings: Settings, away: str) -> None:
    switch_on(settings)
    fields = {"username": (await person()).username, "password": PASSWORD, "next": away}
    answer = await AsyncClient().post("/accounts/login/", fields)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    fields["username"] = (await person(is_staff=True)).username
    answer = await AsyncClient().post(f"/admin/login/?next={away}", fields)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")


@with_database
async def test_a_password_that_is_set_must_not_be_easy_to_guess() -> None:
    staff = await person(is_staff=True)
    staff.is_superuser = True
    await database.run(staff.save)
    visitor = AsyncClient()
    await visitor.aforce_login(staff)
    for password, status in (("short", 200), ("password123", 200), ("20261130112233", 200)):
        fields = {"username": "someone-new", "password1": password, "password2": password}
        fields |= {"usable_password": "true"}
        answer = await visitor.post("/admin/auth/user/add/", fields)
        assert (answer.status_code, b"errorlist" in answer.content) == (status, True)
    fields |= {"password1": PASSWORD, "password2": PASSWORD}
    assert (await visitor.post("/admin/auth/user/add/", fields)).status_code == 302


@with_database
async def test_passwords_cannot_be_guessed_at_will(settings: Settings) -> None:
    switch_on(settings)
    name = (await person()).username
    settings.API_TOKEN_RATE = Rate(calls=3, seconds=3000)
    for number in range(3):
        fields = {"username": name, "password": f"guess {number}"}
        assert (await AsyncClient().post("/accounts/login/", fields)).status_code == 200
    last = await AsyncClient().post("/accounts/login/", {"username": name, "password": PASSWORD})
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0


@with_database  # a view gives back a connection, where one was left open
async def test_without_the_switch_there_is_no_sign_in_and_no_metadata() -> None:
    for path in ("/accounts/login/", METADATA_PATH, f"{METADATA_PATH}/mcp"):
        assert (await AsyncClient().get(path)).status_code == 404


@with_database
async def test_metadata_names_the_authorization_servers(settings: Settings) -> None:
    switch_on(settings)
    settings.MCP_AUTHORIZATION_SERVERS = [ISSUER]
    settings.PUBLIC_ORIGIN = "https://scenes.example"
    for path in (METADATA_PATH, f"{METADATA_PATH}/mcp"):
        answer = await AsyncClient().get(path)
        assert answer.json() == {
            "resource": "https://scenes.example/mcp",
            "resource_name": "Hello3D",
            "authorization_servers": [ISSUER],
            "bearer_methods_supported": ["header"],
        }
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_link_of_a_client_opens_without_a_sign_in_and_others_do_not(
    sign_in_server: ServerProcess, browser: Browser
) -> None:
    token = token_of(f"person-{uuid4().hex}")
    async with client_of(sign_in_server, "auto", token=token) as client:
        link = (await call(client, "get_browser_connection_url"))["browserUrl"]
        changed = await call(client, "change_model_color", color="teal")
        assert "#join=" in link
        assert "#" not in changed["browserUrl"]
        shown = await (await ScenePage.open(browser, link)).connected()
        assert (await call(client, "get_scene"))["browsers"]["connected"] == 1
        await shown.close()
        stranger = await ScenePage.open(browser, changed["browserUrl"])
        await expect(stranger.page).to_have_url(re.compile("/accounts/login/"))
        await stranger.close()


@pytest.mark.requirement("X6")
async def test_demo_users_are_made_by_a_command_that_prints_what_they_need_once(
    sign_in_server: ServerProcess,
) -> None:
    def made(number: int) -> list[tuple[str, str, str]]:
        told = run_module(
            *("manage", "create_demo_users", str(number)),
            environment=SIGN_IN | {"DATABASE_URL": sign_in_server.database_url},
        )
        assert (told.returncode, told.stderr) == (0, "")
        return re.findall(r"name: (\S+)  password: (\S+)\ntoken: (\S+)", told.stdout)

    [first, second], [third] = made(2), made(1)
    assert len({first, second, third}) == 3
    assert len({password for _, password, _ in (first, second, third)}) == 3
    async with client_of(sign_in_server, "auto", token=first[2]) as client:
        await call(client, "change_model_color", color="teal")
    async with http_client(base_url=sign_in_server.url) as http:
        http.headers["origin"] = sign_in_server.url
        fields = {"username": first[0], "password": first[1]}
        assert (await send_form(http, "/accounts/login/", **fields)).is_redirect


@pytest.mark.django_db
def test_demo_users_who_cannot_be_used_in_full_are_made_with_the_reason(settings: Settings) -> None:
    told = StringIO()
    call_command("create_demo_users", "1", stdout=StringIO(), stderr=told)
    assert "start the server with MCP_ENABLE_MULTI_USER=true" in told.getvalue()
    settings.MCP_ENABLE_MULTI_USER, settings.MCP_JWT_SECRET = True, ""
    told = StringIO()
    call_command("create_demo_users", "1", stdout=StringIO(), stderr=told)
    assert "come from the identity provider of MCP_JWKS_URL" in told.getvalue()


@with_database
async def test_nobody_becomes_staff_by_being_called_like_them(settings: Settings) -> None:
    """The subject is a name at the issuer; names here are others'."""
    switch_on(settings)
    staff = await person(is_staff=True)
    async with serving() as url:
        headers = {"authorization": f"Bearer {token_of(staff.username)}"}
        async with http_client(base_url=url, headers=headers) as http:
            opening = {"protocolVersion": "2025-11-25", "capabilities": {}}
            opening |= {"clientInfo": {"name": "raw", "version": "1"}}
            body = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": opening}
            accept = {"accept": "application/json, text/event-stream"}
            answer = await http.post(
                "/mcp",
                content=json.dumps(body),
                headers={"content-type": "application/json", **accept},
            )
            assert answer.status_code == 200
    known = await database.run(identity_find, ISSUER, staff.username)
    assert known is not None
    assert known.principal is not None
    assert known.principal.user_id != staff.pk
    assert not known.principal.is_staff
