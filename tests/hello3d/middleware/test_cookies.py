"""Cookies of two servers of one host, which browsers send to both."""

import json
from http import HTTPStatus

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from sessions_app.web.cookies import name_at
from tests.support.forms import send_form
from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.stores import PASSWORD, insert_staff

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]


async def sign_in(http: httpx2.AsyncClient, server: ServerProcess) -> None:
    path = f"{server.url}/admin/login/"
    fields = {"username": insert_staff(server.database_url), "password": PASSWORD}
    assert (await send_form(http, path, **fields)).status_code == HTTPStatus.FOUND


async def is_signed_in(http: httpx2.AsyncClient, server: ServerProcess, **headers: str) -> bool:
    answer = await http.get(f"{server.url}/admin/password_change/", headers=headers)
    return answer.status_code == HTTPStatus.OK


async def test_one_browser_stays_signed_in_at_two_servers_of_one_host(
    shared_server: ServerProcess, sign_in_server: ServerProcess
) -> None:
    servers = (shared_server, sign_in_server)
    async with http_client() as http:
        for server in servers:
            await sign_in(http, server)
        assert [await is_signed_in(http, server) for server in servers] == [True, True]
        token = http.cookies[f"{shared_server.cookie_name}_csrf"]
        leaving = {"x-csrftoken": token}
        await http.post(f"{shared_server.url}/admin/logout/", headers=leaving)
        assert [await is_signed_in(http, server) for server in servers] == [False, True]


async def test_a_session_of_the_release_before_goes_on_and_ends_with_both_cookies(
    sign_in_server: ServerProcess,
) -> None:
    server, name = sign_in_server, sign_in_server.cookie_name
    async with http_client() as http:
        await sign_in(http, server)
        key = http.cookies[name]
    old = {"cookie": f"sessionid={key}"}
    socket_url = f"{server.url.replace('http', 'ws', 1)}/ws/staff/"
    async with connect(socket_url, origin=Origin(server.url), additional_headers=old) as socket:
        assert json.loads(await socket.recv())["type"] == "overview"
    async with http_client(base_url=server.url) as http:
        page = await http.get("/", headers=old)
        assert page.status_code == HTTPStatus.OK
        assert http.cookies[name] == key
        both = {"cookie": f"sessionid={key}; {name}={key}; {name}_csrf={'c' * 32}"}
        left = await http.post("/accounts/logout/", headers=both | {"x-csrftoken": "c" * 32})
        assert left.status_code == HTTPStatus.FOUND
        removed = left.headers.get_list("set-cookie")
        assert {one.split("=")[0] for one in removed if "Max-Age=0" in one} == {name, "sessionid"}


async def test_the_cookie_of_another_program_that_uses_the_old_name_is_left_alone(
    sign_in_server: ServerProcess,
) -> None:
    async with http_client(base_url=sign_in_server.url) as http:
        answer = await http.get("/", headers={"cookie": f"sessionid={'a' * 32}"})
    assert answer.status_code == HTTPStatus.FOUND
    assert "set-cookie" not in answer.headers


async def test_of_two_cookies_of_one_name_that_of_the_longer_path_counts(
    sign_in_server: ServerProcess,
) -> None:
    """Browsers send it first (RFC 6265, section 5.4)."""
    name = sign_in_server.cookie_name
    async with http_client() as http:
        await sign_in(http, sign_in_server)
        mine, other = f"{name}={http.cookies[name]}", f"{name}={'a' * 32}"
    async with http_client() as http:
        assert await is_signed_in(http, sign_in_server, cookie=f"{mine}; {other}")
        assert not await is_signed_in(http, sign_in_server, cookie=f"{other}; {mine}")


async def test_each_kind_of_server_names_its_cookies_by_its_port(served: ServerProcess) -> None:
    async with http_client() as http:
        await http.get(served.url)
        assert list(http.cookies) == [f"hello3d_{served.port}_csrf"]


@pytest.mark.parametrize(
    ("origin", "port"),
    [
        ("https://scenes.example", 443),
        ("http://scenes.example", 80),
        ("https://scenes.example:8443", 8443),
        ("http://[::1]:8010", 8010),
    ],
)
def test_the_public_origin_has_a_port_also_where_it_says_none(origin: str, port: int) -> None:
    assert name_at(origin) == f"hello3d_{port}"
