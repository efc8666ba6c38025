"""What the server fetches of others: bounded, from public addresses, and never by a detour."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from sessions_app.people import fetching
from sessions_app.people.fetching import MAX_BYTES, FetchError, fetch
from tests.support.plain_servers import answering, say

pytestmark = pytest.mark.requirement("X2")


def test_this_machine_is_asked_only_where_that_is_allowed() -> None:
    with answering(lambda handler: say(handler, b"{}")) as (url, asked):
        assert fetch(f"{url}/keys?a=b", loopback_allowed=True) == b"{}"
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(FetchError, match="not a public one"):
                fetch(url.replace("127.0.0.1", host), loopback_allowed=False)
    assert asked == ["/keys?a=b"]


def test_a_name_that_nobody_has_is_said_in_words() -> None:
    with pytest.raises(FetchError, match=r"^no\.such\.host\.invalid: no such host was found$"):
        fetch("https://no.such.host.invalid/chair.glb", loopback_allowed=False)


ADDRESSES = [
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "fe80::1", "fd00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1"),
    *("fec0::1", "64:ff9b:1::a00:1", "198.18.0.1", "240.0.0.1"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_within_a_network_is_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever name leads there; beside a good address, too."""
    connected: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args: connected.append(args))
    for found in ([address], ["1.1.1.1", address]):
        entries = [(0, 0, 0, "", (one, 443)) for one in found]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, entries=entries, **__: entries)
        with pytest.raises(FetchError, match="not a public one"):
            fetch("https://id.example/keys", loopback_allowed=True)
    assert connected == []


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected: list[Any] = []
    looked_up: list[str] = []

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        looked_up.append(host)
        return [(0, 0, 0, "", ("1.1.1.1", 443))]

    def connect(address: Any, *_: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError, match="ConnectionRefusedError"):
        fetch("https://id.example/keys", loopback_allowed=False)
    assert connected == [("1.1.1.1", 443)]
    assert looked_up == ["id.example"]
    for url in ("http://id.example/keys", "ftp://id.example/keys"):
        with pytest.raises(FetchError, match="only https"):
            fetch(url, loopback_allowed=True)
    assert len(connected) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 500])
def test_nothing_but_an_answer_is_taken(status: int) -> None:
    with answering(lambda handler: say(handler, b"{}")) as (elsewhere, asked):

        def redirect(handler: BaseHTTPRequestHandler) -> None:
            say(handler, b"{}", status, location=elsewhere)

        with answering(redirect) as (url, _), pytest.raises(FetchError, match=str(status)):
            fetch(url, loopback_allowed=True)
    assert asked == []


def test_an_answer_has_a_size() -> None:
    with answering(lambda handler: say(handler, b"x" * MAX_BYTES)) as (url, _):
        assert len(fetch(url, loopback_allowed=True)) == MAX_BYTES
    with (
        answering(lambda handler: say(handler, b"x" * (MAX_BYTES + 1))) as (url, _),
        pytest.raises(FetchError, match="larger than"),
    ):
        fetch(url, loopback_allowed=True)


@pytest.mark.parametrize("what", ["head", "body"])
def test_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(fetching, "WITHIN_SECONDS", 0.3)
    given_up = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        if what == "body":
            say(handler, b"x")
        else:
            handler.wfile.write(b"HTTP/1.0 200 ")
        for _ in range(40):  # then it ends, so that who does not give up fails
            if given_up.wait(0.05):
                return
            with contextlib.suppress(OSError):  # it is cut off
                handler.wfile.write(b"x")
        if what == "head":
            handler.wfile.write(b"\r\n\r\n")

    with answering(trickle) as (url, _):
        try:
            with pytest.raises(FetchError, match=r"longer than 0.3 s"):
                fetch(url, loopback_allowed=True)
        finally:
            given_up.set()
