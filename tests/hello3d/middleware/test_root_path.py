"""Below a path of the host, asked without a proxy; tests/journeys/test_nginx.py has the proxy."""

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from websockets.asyncio.client import connect
from websockets.typing import Origin

from hello3d import asgi, urls
from sessions_app.web.root_path import OWN_PARTS
from tests.conftest import StartServer
from tests.support.calls import call, client_of
from tests.support.http import http_client
from tests.support.servers import Kind, ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

ROOT = "/tools/hello3d"


@pytest.fixture(params=["uvicorn", pytest.param("daphne", marks=pytest.mark.long)])
def below(
    request: pytest.FixtureRequest, start_server: StartServer, database_url: str
) -> ServerProcess:
    kind: Kind = request.param
    return start_server(database_url, kind=kind, environment={"ROOT_PATH": ROOT})


async def test_the_links_of_a_server_without_a_proxy_lead_to_it(below: ServerProcess) -> None:
    home = f"{below.url}{ROOT}"
    async with client_of(below, "auto") as client:  # at /mcp, as a proxy asks that has stripped it
        link = await call(client, "get_browser_connection_url")
    assert link["browserUrl"].startswith(f"{home}/?sessionId=")
    async with http_client(base_url=below.url) as http:
        page = await http.get(link["browserUrl"])
        assert page.status_code == HTTPStatus.OK
        assert f"{home}/mcp/{link['sessionId']}" in page.text
        loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
        assert loaded
        for path in loaded:
            assert path.startswith(f"{ROOT}/")
            assert (await http.get(path)).status_code in (HTTPStatus.OK, HTTPStatus.NOT_FOUND), path
        for path in loaded:
            if path.startswith(f"{ROOT}/static/"):
                assert (await http.get(path)).status_code == HTTPStatus.OK, path
        for path in (ROOT, f"{ROOT}/", "/", f"{ROOT}/healthz", "/healthz"):
            assert (await http.get(path)).status_code == HTTPStatus.OK, path
        admin = await http.get(f"{ROOT}/admin/")
        assert admin.headers["location"] == f"{ROOT}/admin/login/?next={ROOT}/admin/"
        for path in (f"{ROOT}s/", f"{ROOT}{ROOT}/", "/tools/"):
            assert (await http.get(path)).status_code == HTTPStatus.NOT_FOUND, path
        lost = await http.get(f"{ROOT}/mcp/lost", headers={"accept": "text/event-stream"})
        assert f"{home}/mcp" in lost.json()["error"]["message"]
    url = f"{home.replace('http', 'ws', 1)}/ws/scene/"
    async with connect(url, origin=Origin(below.url)) as socket:
        joining = {"sessionId": link["sessionId"], "browserId": uuid4().hex}
        await socket.send(json.dumps({"type": "registerSession", **joining}))
        assert json.loads(await socket.recv())["type"] == "sessionRegistered"
    counted = ("simulate_users", "2", "--calls", "1", "--url", home)
    await asyncio.to_thread(call_command, *counted)


def test_no_root_path_begins_as_a_path_of_ours() -> None:
    """Else one could be taken for the other."""
    patterns: list[Any] = urls.urlpatterns
    routes = [str(route.pattern) for route in patterns]
    routes += [pattern for pattern, _ in (*asgi.http_routes, *asgi.socket_routes)]
    parts = {re.sub(r"^\^|[$(\\].*|\?.*", "", route.split("/")[0]) for route in routes} - {""}
    assert parts | {"static"} == OWN_PARTS
