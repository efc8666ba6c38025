"""The handshake era's `Mcp-Session-Id` outlives its process, and opens nothing else."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_bridge.transport import tokens
from sessions_app import clock
from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import rows

TEAL = '{"color": "teal"}'
AUDIENCE = "/mcp|anonymous"


def _issue(**overrides: Any) -> str:
    fields: dict[str, Any] = {
        "audience": AUDIENCE,
        "protocol_version": HANDSHAKE,
        "capabilities": 5,
        "client_name": "a client",
        "client_version": "1.2",
        **overrides,
    }
    return tokens.issue(**fields)


@pytest.mark.requirement("N1")
def test_a_token_says_what_the_handshake_left_behind() -> None:
    said = tokens.verify(_issue(), audience=AUDIENCE)
    assert said is not None
    assert (said.protocol_version, said.capabilities) == (HANDSHAKE, 5)
    assert (said.client_name, said.client_version) == ("a client", "1.2")


@given(name=st.text(), version=st.text())
def test_a_token_stays_short_whatever_the_client_calls_itself(name: str, version: str) -> None:
    token = _issue(client_name=name * 9, client_version=version * 9)
    assert len(token) <= tokens.MAX_TOKEN_LENGTH
    said = tokens.verify(token, audience=AUDIENCE)
    assert said is not None
    assert (name * 9).startswith(said.client_name)


@given(position=st.integers(min_value=0), bits=st.integers(1, 255))
def test_a_token_with_a_changed_byte_is_forged(position: int, bits: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(_issue() + "=="))
    raw[position % len(raw)] ^= bits
    changed = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert tokens.verify(changed, audience=AUDIENCE) is None


@given(position=st.integers(min_value=0), letter=st.sampled_from("AZaz09-_"))
def test_a_token_with_a_changed_letter_is_forged(position: int, letter: str) -> None:
    token = _issue()
    position %= len(token)
    changed = token[:position] + letter + token[position + 1 :]
    assert changed == token or tokens.verify(changed, audience=AUDIENCE) is None


def test_a_token_has_one_spelling() -> None:
    token = _issue(client_version="1.23")  # so long that the last letter has bits to spare
    assert len(base64.urlsafe_b64decode(token + "==")) % 3 == 1
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbor = last[last.index(token[-1]) ^ 1]
    for same in (f"{token}=", f"{token[:9]}.{token[9:]}", f"{token}\n", token[:-1] + neighbor):
        assert base64.urlsafe_b64decode(same + "==") == base64.urlsafe_b64decode(token + "==")
        assert tokens.verify(same, audience=AUDIENCE) is None


@pytest.mark.parametrize("token", ["", "constructor", "é", "A" * 299, "A" * 1000, "====", "\x00"])
def test_garbage_is_no_token(token: str) -> None:
    assert tokens.verify(token, audience=AUDIENCE) is None


def test_a_token_is_good_for_its_own_endpoint_only() -> None:
    assert tokens.verify(_issue(), audience="/mcp/another|anonymous") is None


def test_a_token_expires_after_30_days(monkeypatch: pytest.MonkeyPatch) -> None:
    token, real_now = _issue(), clock.now
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(days=29, hours=23))
    assert tokens.verify(token, audience=AUDIENCE) is not None
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(days=30, seconds=1))
    assert tokens.verify(token, audience=AUDIENCE) is None


def test_an_old_key_is_good_while_it_is_a_fallback(settings: Any) -> None:
    token = _issue()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of more than thirty-two letters"
    assert tokens.verify(token, audience=AUDIENCE) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert tokens.verify(token, audience=AUDIENCE) is not None


@pytest.mark.anyio
@pytest.mark.requirement("N1")
async def test_a_protocol_session_outlives_its_server(server: ServerProcess) -> None:
    async with RawClient(server, HANDSHAKE) as client:
        assert len(client.token) <= tokens.MAX_TOKEN_LENGTH
        assert (await client.call("change_model_color", TEAL)).code is None
        server.kill()
        server.start()
        answer = await client.call("change_background_color", TEAL)
        assert answer.message["result"]["structuredContent"]["revision"] == 2
    named = rows(server.database_url, "SELECT DISTINCT client_name FROM sessions_app_toolcall")
    assert named == [("raw",)]


@pytest.mark.anyio
@pytest.mark.requirement("N1")
async def test_an_ended_protocol_session_is_gone_on_every_process(
    start_server: StartServer, database_url: str
) -> None:
    one, two = (start_server(database_url, instance=name) for name in ("one", "two"))
    async with RawClient(one, HANDSHAKE) as here, RawClient(two, HANDSHAKE) as there:
        there.token = here.token
        assert (await there.call("change_model_color", TEAL)).code is None
        assert (await here.send("DELETE")).status == 200
        assert (await here.call("change_model_color", TEAL)).status == 404
        assert (await there.call("change_model_color", TEAL)).status == 404
        assert (await here.send("DELETE")).status == 404


@pytest.mark.anyio
@pytest.mark.requirement("N1")
async def test_old_keys_open_and_old_tokens_do_not(
    start_server: StartServer, database_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"DJANGO_SECRET_KEY": "new" * 20, "DJANGO_SECRET_KEY_FALLBACKS": "old" * 20}
    server = start_server(database_url, environment=keys)
    async with RawClient(server, HANDSHAKE) as client:

        async def status_with(secret_key: str, *, days_ago: int = 0) -> int:
            settings.SECRET_KEY, then = secret_key, clock.now() - timedelta(days=days_ago)
            with monkeypatch.context() as patched:
                patched.setattr(clock, "now", lambda: then)
                client.token = _issue()
            return (await client.call("change_model_color", TEAL)).status

        assert await status_with("new" * 20, days_ago=29) == 200
        assert await status_with("old" * 20) == 200
        assert await status_with("new" * 20, days_ago=31) == 404
        assert await status_with("her" * 20) == 404


@pytest.mark.anyio
async def test_initialize_with_a_stale_id_is_served(shared_server: ServerProcess) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        answer = await client.initialize(mcp_session_id="stale")
        assert answer.status == 200
        assert answer.headers["mcp-session-id"] not in ("stale", client.token)
        client.token = answer.headers["mcp-session-id"]
        assert (await client.call("open_session", "{}")).code is None


@pytest.mark.anyio
async def test_a_request_without_an_id_is_told_to_initialize(shared_server: ServerProcess) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        answer = await client.post('{"jsonrpc":"2.0","id":1,"method":"tools/list"}', bare=True)
    assert (answer.status, answer.code) == (400, -32600)
    assert "initialize" in answer.text


@pytest.mark.anyio
async def test_another_path_does_not_know_the_protocol_session(
    shared_server: ServerProcess,
) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        answer = await client.call("get_browser_connection_url", "{}")
        key = answer.message["result"]["structuredContent"]["sessionId"]
        async with RawClient(shared_server, HANDSHAKE, path=f"/{key}") as other:
            other.token = client.token
            assert (await other.call("get_scene", "{}")).status == 404
            other.token = (await other.initialize()).headers["mcp-session-id"]
            assert (await other.call("get_scene", "{}")).code is None
