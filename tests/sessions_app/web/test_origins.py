"""Which hosts and origins are ours, and whom a forwarded header is believed from."""

import ipaddress
from typing import Any

import pytest

from sessions_app.web import origins


def _scope(
    *, host: str = "studio.example", peer: str = "203.0.113.9", scheme: str = "http", **more: str
) -> dict[str, Any]:
    headers = [(b"host", host.encode())]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    return {"headers": headers, "client": (peer, 4321), "scheme": scheme}


@pytest.fixture(autouse=True)
def _installation(settings: Any) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["studio.example"]
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    settings.PUBLIC_ORIGIN = None
    settings.BROWSER_URL = None
    settings.ALLOWED_ORIGINS = []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (_scope(), "http://studio.example"),
        (_scope(scheme="https"), "https://studio.example"),
        (_scope(scheme="wss", host="Studio.Example:8443"), "https://studio.example:8443"),
        (_scope(host="evil.example"), origins.DEFAULT_ORIGIN),
        (_scope(x_forwarded_proto="https"), "http://studio.example"),
        (_scope(peer="10.1.2.3", x_forwarded_proto="https"), "https://studio.example"),
        (
            _scope(peer="10.1.2.3", host="inside", x_forwarded_host="studio.example"),
            "http://studio.example",
        ),
    ],
)
def test_the_public_origin_believes_trusted_proxies_only(
    scope: dict[str, Any], expected: str
) -> None:
    assert origins.public_origin(scope) == expected


def test_the_public_origin_that_is_set_wins(settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "https://public.example"
    assert origins.public_origin(_scope()) == "https://public.example"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (_scope(), "203.0.113.9"),
        (_scope(x_forwarded_for="198.51.100.1"), "203.0.113.9"),
        (_scope(peer="10.0.0.1", x_forwarded_for="198.51.100.1"), "198.51.100.1"),
        (
            _scope(peer="10.0.0.1", x_forwarded_for="1.1.1.1, 198.51.100.1, 10.2.2.2"),
            "198.51.100.1",
        ),
        (_scope(peer="10.0.0.1", x_forwarded_for="198.51.100.1:4000"), "198.51.100.1"),
        (_scope(peer="10.0.0.1", x_forwarded_for="[2001:db8::1]:4000"), "2001:db8::1"),
        (_scope(peer="10.0.0.1", x_forwarded_for="2001:db8::1"), "2001:db8::1"),
        (_scope(peer="10.0.0.1", x_forwarded_for="garbage"), "10.0.0.1"),
        ({"headers": [], "client": None}, None),
    ],
)
def test_the_clients_address_is_the_last_that_no_trusted_proxy_reported(
    scope: dict[str, Any], expected: str | None
) -> None:
    assert origins.client_address(scope) == expected


def test_a_line_that_the_proxy_adds_counts_and_not_only_the_clients_own() -> None:
    scope = _scope(peer="10.0.0.1", x_forwarded_for="192.0.2.1")
    scope["headers"].append((b"x-forwarded-for", b"198.51.100.1"))
    assert origins.client_address(scope) == "198.51.100.1"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://studio.example", True),
        ("HTTP://Studio.Example", True),
        ("https://studio.example", False),
        ("http://studio.example:81", False),
        ("http://studio.example.evil.example", False),
        ("null", False),
        ("", False),
        ("http://127.0.0.1:5000", False),
    ],
)
def test_scheme_host_and_port_of_an_origin_all_count(origin: str, allowed: bool) -> None:
    assert origins.is_origin_allowed(origin, public_origin="http://studio.example") is allowed


def test_listed_origins_that_of_the_page_and_in_development_loopback_are_allowed(
    settings: Any,
) -> None:
    settings.ALLOWED_ORIGINS = ["https://other.example"]
    settings.BROWSER_URL = "https://page.example:8443/studio"
    allowed = ["https://other.example", "https://page.example:8443"]
    for origin in allowed:
        assert origins.is_origin_allowed(origin, public_origin="http://studio.example")
    settings.DEBUG = True
    assert origins.is_origin_allowed("http://localhost:5", public_origin="http://studio.example")
    assert not origins.is_origin_allowed("http://[bad", public_origin="http://studio.example")


@pytest.mark.parametrize("host", [None, "", "evil.example", "studio.example@evil.example"])
def test_other_hosts_are_not_ours(host: str | None) -> None:
    assert not origins.is_host_allowed(host)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("http://127.8.9.1:8000/?sessionId=x", True),
        ("localhost", True),
        ("LOCALHOST:8000", True),
        ("https://studio.localhost/mcp", True),
        ("::1", True),
        ("[::1]:8000", True),
        ("http://[::1]/", True),
        ("http://[::ffff:127.0.0.1]/", True),
        ("0.0.0.0:8000", True),
        ("http://192.168.1.20:8000/", False),
        ("studio.example", False),
        ("http://localhost.example/", False),
        ("http://127.0.0.1.example/", False),
        ("http://notlocalhost/", False),
        ("http://[fd00::2]:8000/", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_which_addresses_are_of_use_on_this_machine_alone(address: str, expected: bool) -> None:
    assert origins.is_loopback(address) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://studio.example/mcp", True),
        ("https://8.8.8.8:8443/mcp", True),
        ("https://[2606:4700::1111]/mcp", True),
        ("http://studio.example/mcp", False),
        ("http://127.0.0.1:8000/mcp", False),
        ("https://localhost/mcp", False),
        ("https://studio.localhost/mcp", False),
        ("https://192.168.1.20/mcp", False),
        ("https://[fd00::2]/mcp", False),
        ("https://studio/mcp", False),
        ("https://studio.local/mcp", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_which_addresses_programs_in_the_cloud_may_reach(address: str, expected: bool) -> None:
    assert origins.is_public(address) is expected
