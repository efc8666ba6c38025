"""Starting a scene on the page: a press makes one and opens it, from whatever address."""

import asyncio
import http.server
import ipaddress
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import AsyncClient
from playwright.async_api import Browser, expect
from pytest_django import Settings

from sessions_app import clock
from sessions_app.models import Pairing, SceneSession
from sessions_app.revisions.documents import document_load
from sessions_app.scene.document import STARTS
from sessions_app.sessions.closing import edit_key_replace, scene_session_close
from sessions_app.sessions.invitations import VALID_FOR
from sessions_app.storage import database
from sessions_app.web.links import find_edit_key
from tests.support.clocks import moved
from tests.support.forms import token_in
from tests.support.here import serving
from tests.support.http import http_client
from tests.support.people import cookie_of, person

pytestmark = [
    pytest.mark.anyio, pytest.mark.django_db(transaction=True), pytest.mark.requirement("H3")
]  # fmt: skip


class Visitor:
    """A browser without a screen; its cookies are its own."""

    def __init__(self, client: AsyncClient | None = None, **headers: str) -> None:
        self.client: Any = client or AsyncClient(enforce_csrf_checks=True)
        self._headers = headers

    async def fetch(self) -> str:
        """The token of a form that is fetched now."""
        return token_in((await self.client.get("/")).content.decode())

    async def press(self, token: str | None = None, **fields: str) -> str:
        """The edit key of the scene that a press leads to."""
        fields["csrfmiddlewaretoken"] = token or await self.fetch()
        answer = await self.client.post("/scenes/", fields, headers=self._headers)
        assert answer.status_code == 302, answer.content
        key = find_edit_key(answer.headers["location"])
        assert key is not None
        return str(key)


async def _open(key: str) -> None:
    """Have a browser open the scene."""
    scene_session = await SceneSession.objects.aget(edit_key=key)
    await Pairing.objects.acreate(
        scene_session=scene_session, browser_id="tab", lease_until=clock.now()
    )


async def test_presses_make_one_scene_until_it_is_opened() -> None:
    visitor = Visitor()
    token = await visitor.fetch()
    keys = await asyncio.gather(*(visitor.press(token) for _ in range(5)))
    keys.append(await visitor.press())  # after going back, which fetches the form anew
    assert len({*keys}) == await SceneSession.objects.acount() == 1
    await _open(keys[0])
    assert await visitor.press(token) != keys[0]
    assert await SceneSession.objects.acount() == 2
    with moved(VALID_FOR + timedelta(seconds=1)):
        await visitor.press()
    assert await SceneSession.objects.acount() == 3


async def test_a_press_starts_what_was_chosen() -> None:
    visitor = Visitor()
    token = await visitor.fetch()
    starts = {start: await visitor.press(token, start=start) for start in STARTS}
    assert len({*starts.values()}) == len(STARTS)
    for start, key in starts.items():
        scene_session = await SceneSession.objects.aget(edit_key=key)
        document = await database.run(document_load, scene_session)
        assert document["start"] == start
        assert await visitor.press(token, start=start) == key
    assert await visitor.press(token) == starts["studio"]


async def test_the_form_offers_every_start_and_another_one_is_refused() -> None:
    visitor = Visitor()
    page = (await visitor.client.get("/")).content.decode()
    assert re.findall(r'name="start" value="(\w+)"', page) == list(STARTS)
    fields = {"csrfmiddlewaretoken": await visitor.fetch(), "start": "<moon>"}
    refused = await visitor.client.post("/scenes/", fields)
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "No scene begins with “&lt;moon&gt;”." in text
    assert "Start a new scene" in text
    assert await SceneSession.objects.acount() == 0


async def test_nobody_is_led_to_the_scene_of_another(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    visitor = Visitor()
    token = await visitor.fetch()
    key = await visitor.press(token)
    assert await Visitor().press() != key
    # Whoever has planted the cookie from elsewhere, or signs in after its person.
    elsewhere = Visitor(visitor.client, **{"x-forwarded-for": "203.0.113.7"})
    assert await elsewhere.press(token) != key
    assert await visitor.press(token) == key
    visitor.client.cookies["sessionid"] = (await cookie_of(await person())).partition("=")[2]
    assert await visitor.press(token) != key


async def test_a_scene_that_was_closed_or_whose_key_was_replaced_is_not_found_again() -> None:
    visitor = Visitor()
    token = await visitor.fetch()
    keys = [await visitor.press(token)]
    scene_session = await SceneSession.objects.aget(edit_key=keys[0])
    by = SceneSession.Closer.USER
    await database.run(scene_session_close, scene_session.pk, closed_by=by, because="")
    keys.append(await visitor.press(token))
    scene_session = await SceneSession.objects.aget(edit_key=keys[1])
    await database.run(edit_key_replace, scene_session.pk, user_id=None)
    keys.append(await visitor.press(token))
    assert await SceneSession.objects.acount() == len({*keys}) == 3
    found = SceneSession.objects.filter(edit_key__in=keys)
    assert await found.acount() == 2  # and the replaced key is no one's


async def test_a_form_that_is_refused_says_where_the_server_is_used(settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = "https://studio.example"
    visitor = AsyncClient(enforce_csrf_checks=True)
    refused = await visitor.post("/scenes/", headers={"origin": "http://elsewhere.example"})
    assert refused.status_code == 403
    assert 'href="https://studio.example/"' in refused.content.decode()
    assert "default-src 'self'" in refused["content-security-policy"]
    refused = await visitor.post("/scenes/", headers={"origin": "https://studio.example"})
    assert refused.status_code == 403
    assert "reload the page" in refused.content.decode()
    assert 'href="https://studio.example' not in refused.content.decode()


async def test_forms_go_by_what_a_trusted_proxy_reports(settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = None
    settings.ALLOWED_HOSTS = ["studio.example", "inside"]
    proxied = {"host": "inside", "x-forwarded-host": "studio.example", "x-forwarded-proto": "https"}
    headers = proxied | {"origin": "https://studio.example", "referer": "https://studio.example/"}
    async with serving() as origin, http_client(base_url=origin, headers=headers) as http:
        fields = {"csrfmiddlewaretoken": token_in((await http.get("/")).text)}
        assert (await http.post("/scenes/", data=fields)).status_code == 403
        settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
        made = await http.post("/scenes/", data=fields)
        assert made.status_code == 302
        assert made.headers["location"].startswith("https://studio.example/?sessionId=")
        # A page elsewhere that lets its own name lead here can send these headers.
        rebound = await http.get("/", headers={"host": "evil.example"})
        assert rebound.status_code == 400


@contextmanager
def _redirecting() -> Iterator[str]:
    """A page's address that leads on to another origin."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            leads_on = self.headers["host"].startswith("localhost:")
            self.send_response(302 if leads_on else 200)
            if leads_on:
                query, port = self.path.partition("?")[2], server.server_port
                self.send_header("Location", f"http://127.0.0.1:{port}/landed?{query}")
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>There</h1>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_scene_opens_at_another_address_that_redirects(
    settings: Settings, browser: Browser, scripts: bool
) -> None:
    with _redirecting() as url:
        settings.BROWSER_URL = url
        async with serving() as origin:
            context = await browser.new_context(java_script_enabled=scripts)
            page = await context.new_page()
            await page.goto(origin)
            await page.get_by_role("button", name="Start a new scene").click(click_count=3)
            await expect(page.get_by_role("heading", name="There")).to_be_visible()
            key = str((await SceneSession.objects.aget()).edit_key)
            assert page.url.endswith(f"/landed?sessionId={key}")
            await context.close()
