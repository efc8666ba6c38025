"""What proxies report of who asks and by which address, and whom it is believed from."""

import asyncio
import ipaddress
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from hello3d.configuration.environment import Environment, WrongSettingError
from hello3d.middleware.responses import answer
from hello3d.probes.operators import may_see_details
from sessions_app.web import origins
from sessions_app.web.origins import NO_ADDRESS
from sessions_app.web.serving import server_config
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = pytest.mark.requirement("N10")

PROXY = "10.1.2.3"
HTTP, HTTPS = "http://studio.example", "https://studio.example"
TWO_PROXIES = "203.0.113.9, 10.2.2.2"


@pytest.fixture(autouse=True)
def _installation(settings: Any) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["studio.example"]
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    settings.TRUSTS_UNIX_SOCKETS = False
    settings.PUBLIC_ORIGIN = settings.BROWSER_URL = None
    settings.RATE_SHARED_ADDRESSES = []


def _scope(peer: str = PROXY, *, scheme: str = "http", **headers: str) -> dict[str, Any]:
    named = {"host": "studio.example"} | headers
    return {
        "client": (peer, 4321),
        "scheme": scheme,
        "headers": [
            (name.replace("x_", "x-forwarded-").encode(), value.encode())
            for name, value in named.items()
        ],
    }


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (_scope("::ffff:10.1.2.3", x_proto="https"), HTTPS),
        (_scope("::ffff:203.0.113.9", x_proto="https"), HTTP),
        (_scope(x_proto="HTTPS"), HTTPS),
        (_scope(x_proto="wss", scheme="ws"), HTTPS),
        (_scope(x_proto="https, https"), HTTPS),
        (_scope(x_proto=" , https ,"), HTTPS),
        (_scope(x_proto="garbage", scheme="https"), HTTPS),
        (_scope(x_proto="http", scheme="https"), HTTP),
        (_scope(x_proto="https, http"), HTTP),  # the first is the sender's own
        (_scope(x_for=TWO_PROXIES, x_proto="https, http"), HTTPS),
        (_scope(x_for=TWO_PROXIES, x_proto="http, https, http"), HTTPS),
        (_scope(x_for=TWO_PROXIES, x_proto="https"), HTTPS),
        (_scope(x_for="10.3.3.3", x_proto="https"), HTTPS),
        (_scope(host="inside", x_host="evil.example, studio.example"), HTTP),
        (_scope(host="inside", x_for=TWO_PROXIES, x_host="Studio.Example:81, b"), f"{HTTP}:81"),
        (_scope(x_host="evil.example"), HTTP),
        (_scope(x_host="studio.example:443", x_proto="https"), HTTPS),  # as browsers write it
        (_scope(host="studio.example:80"), HTTP),
        (_scope(host="studio.example:443"), f"{HTTP}:443"),
        (_scope(forwarded="proto=https;host=evil.example", x_port="81"), HTTP),
    ],
)
def test_of_a_list_the_member_counts_that_the_outermost_trusted_proxy_wrote(
    scope: dict[str, Any], expected: str
) -> None:
    assert origins.public_origin(scope) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (_scope("::ffff:203.0.113.9"), "203.0.113.9"),
        (_scope("::ffff:10.0.0.1", x_for="198.51.100.1"), "198.51.100.1"),
        (_scope(x_for="::FFFF:198.51.100.1"), "198.51.100.1"),
        (_scope(x_for="[::ffff:198.51.100.1]:99"), "198.51.100.1"),
        (_scope(x_for="9.9.9.9, 198.51.100.1, ::ffff:a02:202"), "198.51.100.1"),
        (_scope(x_for="9.9.9.9," + "10.2.2.2," * 99), "10.2.2.2"),
        (_scope(x_for="9" * 9999), PROXY),
        (_scope(x_for="unix:"), PROXY),
        (_scope("fe80::1%eth0"), "fe80::1"),
    ],
)
def test_an_address_is_the_same_in_each_of_its_forms(scope: dict[str, Any], expected: str) -> None:
    assert origins.client_address(scope) == expected


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:198.51.100.9", ""),
        ("2001:db8::9", "2001:db8::/64"),
        (NO_ADDRESS, NO_ADDRESS),
        (None, ""),
    ],
)
def test_an_ipv4_address_inside_an_ipv6_one_counts_as_itself(
    settings: Any, address: str | None, counted: str
) -> None:
    settings.RATE_SHARED_ADDRESSES = [ipaddress.ip_network("198.51.100.0/24")]
    origins.rate_key.cache_clear()
    assert origins.rate_key(address) == counted
    origins.rate_key.cache_clear()


def test_proxies_are_networks_in_either_form_and_the_word_for_a_unix_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = "10.0.0.1, ::ffff:10.1.0.0/112, ::ffff:10.2.0.1, UNIX, 2001:db8::/32"
    monkeypatch.setenv("LISTED", listed)
    networks, trusts_unix_sockets = Environment().proxies("LISTED")
    texts = ["10.0.0.1/32", "10.1.0.0/16", "10.2.0.1/32", "2001:db8::/32"]
    assert ([str(network) for network in networks], trusts_unix_sockets) == (texts, True)
    monkeypatch.setenv("LISTED", "10.0.0.1")
    assert Environment().proxies("LISTED")[1] is False
    monkeypatch.setenv("LISTED", "unix:/run/nginx.sock")
    with pytest.raises(WrongSettingError, match="the word unix"):
        Environment().proxies("LISTED")


async def _say_who_asks(scope: Scope, _: Receive, send: Send) -> None:
    address = origins.client_address(scope)
    is_local = await may_see_details(scope)
    told = [address, origins.rate_key(address), origins.public_origin(scope), is_local]
    await answer(scope, send, HTTPStatus.OK, json.dumps(told))


@asynccontextmanager
async def _listening(listener: socket.socket | None = None, **options: Any) -> AsyncIterator[None]:
    server = uvicorn.Server(server_config(_say_who_asks, lifespan="off", **options))
    task = asyncio.create_task(server.serve([listener] if listener else None))
    await until(lambda: server.started)
    yield
    server.should_exit = True
    await task


PLAIN = {"host": "studio.example"}
PROXIED = PLAIN | {
    "x-forwarded-for": "9.9.9.9, 198.51.100.1",
    "x-forwarded-proto": "http, https",
}


async def _told(headers: dict[str, str], *, url: str = "http://any/", uds: str = "") -> list[Any]:
    transport = httpx2.AsyncHTTPTransport(uds=uds or None)
    async with httpx2.AsyncClient(transport=transport, timeout=WITHIN_SECONDS) as http:
        told: list[Any] = json.loads((await http.get(url, headers=headers)).text)
        return told


@pytest.mark.anyio
async def test_a_proxy_on_a_unix_socket_is_believed_where_it_is_listed_else_all_count_as_one(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    origins._warn_once.cache_clear()
    path = str(tmp_path / "socket")
    async with _listening(uds=path):
        for _ in range(2):
            assert await _told(PROXIED, uds=path) == [NO_ADDRESS, NO_ADDRESS, HTTP, False]
        [line] = [record for record in caplog.records if record.name == origins.__name__]
        assert "Set TRUSTED_PROXIES=unix" in line.message
        settings.TRUSTS_UNIX_SOCKETS = True
        assert await _told(PROXIED, uds=path) == ["198.51.100.1", "198.51.100.1", HTTPS, False]
        assert await _told(PLAIN, uds=path) == [NO_ADDRESS, NO_ADDRESS, HTTP, False]
        only_forwarded = PLAIN | {"forwarded": "for=198.51.100.1"}
        assert (await _told(only_forwarded, uds=path))[0] == NO_ADDRESS
    assert "sends Forwarded, which is not read" in caplog.text


@pytest.mark.anyio
async def test_a_proxy_is_known_on_a_socket_that_takes_addresses_of_both_kinds(
    settings: Any,
) -> None:
    address = ("::ffff:127.0.0.1", 0)
    with socket.create_server(address, family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        async with _listening(listener):
            own = "127.0.0.1"
            assert await _told(PLAIN, url=url) == [own, own, HTTP, True]
            assert await _told(PROXIED, url=url) == [own, own, HTTP, False]
            settings.TRUSTED_PROXIES = [ipaddress.ip_network(own)]
            told = await _told(PROXIED, url=url)
            assert told == ["198.51.100.1", "198.51.100.1", HTTPS, False]
