"""What pages say of themselves to tabs and cards, and the pages of errors."""

import re
from html import escape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from sessions_app.models import SceneSession
from sessions_app.sessions.closing import scene_session_close
from sessions_app.storage import database
from sessions_app.web import links
from tests.support.operations import step_of
from tests.support.people import person, scene_of, switch_on
from tests.support.scenes import make_scene_session, steer

pytestmark = [
    pytest.mark.anyio, pytest.mark.django_db(transaction=True), pytest.mark.requirement("H7")
]  # fmt: skip

ORIGIN = "https://studio.example"
NAME = 'Harbor "at" <dusk>'
_META = re.compile(r'<meta (?:name|property)="([\w:-]+)"\s+content="([^"]*)">')
_PRIMARY = re.compile(r'class="button button-primary button-wide"(?: href="([^"]*)")?')
# What differs from one answer to the next.
_NONCE = re.compile(r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="\w+"')


async def named_scene() -> SceneSession:
    scene_session = await scene_of(None)
    await database.run(steer, scene_session, step_of("set_environment", name=NAME))
    return scene_session


async def page(path: str, client: AsyncClient | None = None) -> str:
    answer = await (client or AsyncClient(raise_request_exception=False)).get(path)
    text: str = answer.content.decode()
    if answer.headers["content-type"].startswith("text/html"):
        # The script that sets the theme before the first paint may run.
        [policy_nonce] = re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
        nonces = set(re.findall(r'nonce="([^"]+)"', text))
        assert nonces == {policy_nonce}, path
        assert 'localStorage.getItem("hello3d.theme")' in text, path
    return text


def title_of(text: str) -> str:
    found = re.search(r"<title>(.*)</title>", text)
    assert found
    return found[1]


async def test_the_first_page_has_a_card_with_a_picture(settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = ORIGIN
    text = await page("/")
    meta = dict(_META.findall(text))
    assert title_of(text) == "Hello3D"
    assert meta["og:title"].startswith("Hello3D: talk to your AI")
    assert meta["description"] == meta["og:description"]
    assert re.fullmatch(rf"{ORIGIN}/static/img/card(\.\w+)?\.jpg", meta["og:image"])
    assert (meta["og:url"], meta["og:type"]) == (f"{ORIGIN}/", "website")
    assert (meta["og:site_name"], meta["twitter:card"]) == ("Hello3D", "summary_large_image")
    assert "robots" not in meta
    assert 'rel="apple-touch-icon"' in text


async def test_a_scenes_page_has_its_name_and_never_its_key(settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = ORIGIN
    scene_session = await named_scene()
    key = str(scene_session.edit_key)
    text = await page(f"/?sessionId={key}")
    head = text.partition("</head>")[0]
    meta = dict(_META.findall(head))
    assert title_of(text) == f"{escape(NAME)} · Hello3D"
    assert meta["og:title"] == escape(NAME)
    assert meta["og:image"].startswith(f"{ORIGIN}/static/")
    assert meta["robots"] == "noindex"
    assert "og:url" not in meta
    assert "canonical" not in head
    assert key not in head
    assert key.replace("-", "") not in head


def test_the_name_costs_one_statement() -> None:
    scene_session = make_scene_session()
    visitor = Client()
    for key in (scene_session.edit_key, uuid4()):
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get("/", {"sessionId": str(key)}).status_code == 200
        assert len(queries) == 1


async def test_an_unknown_key_gives_the_page_of_a_scene_without_a_name() -> None:
    closed, nameless, unknown = await named_scene(), await scene_of(None), uuid4()
    await database.run(
        scene_session_close, closed.pk, closed_by=SceneSession.Closer.USER, because="Done."
    )
    keys = [str(key) for key in (closed.edit_key, nameless.edit_key, unknown)]
    texts = [_NONCE.sub("", (await page(f"/?sessionId={key}")).replace(key, "")) for key in keys]
    # The links for clients hold it encoded, and the picture for phones as well.
    encoded = re.compile(r"(?<=config=)[\w=%]+|<path class=.qrline.*?>")
    assert len({encoded.sub("", text) for text in texts}) == 1
    assert title_of(texts[0]) == "Your scene · Hello3D"
    assert '<meta property="og:title" content="A 3D scene">' in texts[0]


async def test_with_sign_in_a_name_is_shown_to_who_may_see_the_scene(settings: Settings) -> None:
    switch_on(settings)
    owner, stranger = await person(), await person()
    scene_session = await scene_of(owner)
    row = SceneSession.objects.filter(pk=scene_session.pk)
    await row.aupdate(name="Harbor")
    titles = []
    for user in (owner, stranger):
        client = AsyncClient()
        await client.aforce_login(user)
        titles.append(title_of(await page(f"/?sessionId={scene_session.edit_key}", client)))
    assert titles == ["Harbor · Hello3D", "Your scene · Hello3D"]


async def test_every_error_says_what_happened_and_has_one_way_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = False
    visitor = AsyncClient(raise_request_exception=False)
    assert await _way_on("/nowhere/", "There is no such page", visitor) == "/"
    assert await _way_on("/mcp/wrong", "This is no whole address", visitor) is not None
    assert await _way_on("/open/wrong", "This link cannot be used", visitor) == "/"
    staff = await person(is_staff=True)
    await visitor.aforce_login(staff)
    path = "/admin/auth/user/"
    assert await _way_on(path, "You may not open this page", visitor) == "/"
    monkeypatch.setattr(links, "find_edit_key", None)
    assert await _way_on("/?x=1", "Something went wrong", visitor) == "/?x=1"


async def _way_on(path: str, title: str, client: AsyncClient) -> str:
    text = await page(path, client)
    assert f"<h1>{title}</h1>" in text, path
    assert title_of(text) == f"{title} · Hello3D"
    assert 'role="alert"' in text
    [href] = _PRIMARY.findall(text)
    return str(href)


async def test_who_signs_in_has_the_theme_of_their_browser(settings: Settings) -> None:
    switch_on(settings)
    assert title_of(await page("/accounts/login/")) == "Sign in · Hello3D"
