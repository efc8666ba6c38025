"""Forms of pages, sent as a browser sends them: with the token that stands in them."""

import re

import httpx2

from sessions_app.web.links import find_edit_key
from tests.support.http import http_client
from tests.support.servers import ServerProcess


def token_in(page: str) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


async def send_form(
    http: httpx2.AsyncClient, page: str, to: str | None = None, **fields: str
) -> httpx2.Response:
    """Fetch a page and send its form, to the page itself or to another address."""
    token = token_in((await http.get(page)).text)
    return await http.post(to or page, data={"csrfmiddlewaretoken": token, **fields})


async def press_start(http: httpx2.AsyncClient) -> httpx2.Response:
    """Start a scene on the first page."""
    return await send_form(http, "/", "/scenes/")


async def start_scene(server: ServerProcess) -> str:
    """The edit key of a scene that a person has started in a browser."""
    async with http_client(base_url=server.url) as http:
        answer = await press_start(http)
    key = find_edit_key(answer.headers["location"])
    assert key is not None
    return str(key)
